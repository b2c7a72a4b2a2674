//! Which machines of a line can have a fault of a place. What can break is in `linetwin-faults`; this knows
//! only machines.

use linetwin_faults::FaultPlace;

use super::spec::{MachineSpec, TwinSpec};

impl TwinSpec {
    /// The machines at which faults of this place can be, in the order of the file.
    pub fn machines_at(&self, place: FaultPlace) -> impl Iterator<Item = &MachineSpec> {
        self.machines.iter().filter(move |machine| self.offers(machine, place))
    }

    /// Whether a machine can have faults of this place.
    pub fn offers(&self, machine: &MachineSpec, place: FaultPlace) -> bool {
        match place {
            FaultPlace::UnitPacker => self.first_packer() == Some(machine.id()),
            FaultPlace::Printer => matches!(machine, MachineSpec::Printer { .. }),
            FaultPlace::Camera => matches!(machine, MachineSpec::Camera { .. }),
            FaultPlace::RejectGate => matches!(machine, MachineSpec::RejectGate { .. }),
            FaultPlace::TrackedBelt => self.devices_on(machine.id()).next().is_some(),
            FaultPlace::Belt => matches!(machine, MachineSpec::Belt { .. }),
            FaultPlace::Labeller => matches!(
                machine,
                MachineSpec::Bundler { .. }
                    | MachineSpec::CaseLabeller { .. }
                    | MachineSpec::Palletiser { .. }
            ),
            FaultPlace::Packer => machine.makes().is_some(),
            FaultPlace::Line => false,
        }
    }
}
