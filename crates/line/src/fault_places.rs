//! Which machines of a line can have a fault of a place. What can break is in `linetwin-faults`; here are
//! only machines.

use linetwin_faults::FaultPlace;

use super::kinds::MachineSpec;
use super::spec::TwinSpec;

impl TwinSpec {
    /// The machines at which faults of this place can be, in the order of the file.
    pub fn machines_at(&self, place: FaultPlace) -> impl Iterator<Item = &MachineSpec> {
        self.machines.iter().filter(move |machine| self.offers(machine, place))
    }

    /// Whether a machine can have faults of this place.
    pub fn offers(&self, machine: &MachineSpec, place: FaultPlace) -> bool {
        match place {
            FaultPlace::UnitPacker => self.first_packer() == Some(machine.id()),
            FaultPlace::TrackedBelt => self.devices_on(machine.id()).next().is_some(),
            FaultPlace::Printer
            | FaultPlace::Camera
            | FaultPlace::RejectGate
            | FaultPlace::Belt
            | FaultPlace::Labeller
            | FaultPlace::Packer => machine.fault_places().contains(&place),
            FaultPlace::Line => false,
        }
    }
}
