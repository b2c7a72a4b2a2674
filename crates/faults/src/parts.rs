//! The parts of a fault that say when: for those who change plans.

use linetwin_base::SimSpan;

use super::spec::{Fault, Rate};

impl Fault {
    /// How often it hits, if it hits at a rate.
    pub fn rate_mut(&mut self) -> Option<&mut Rate> {
        match self {
            Self::Misprint { every, .. }
            | Self::MissingPrint { every, .. }
            | Self::SerialPrintedTwice { every, .. }
            | Self::DuplicateRead { every, .. }
            | Self::NoRead { every, .. }
            | Self::UnitRemoved { every, .. }
            | Self::UnitInserted { every, .. }
            | Self::UnitsSwapped { every, .. }
            | Self::AlienInserted { every, .. }
            | Self::PackedInserted { every, .. }
            | Self::ProductsTouch { every, .. }
            | Self::LayerShort { every, .. }
            | Self::LayerOver { every, .. }
            | Self::MessageLost { every }
            | Self::MessageRepeated { every }
            | Self::MessageOvertaken { every, .. }
            | Self::WrongText { every, .. }
            | Self::BufferReplayed { every, .. }
            | Self::LateResult { every, .. }
            | Self::GoodUnitEjected { every, .. }
            | Self::LabelMissing { every, .. }
            | Self::LabelRepeated { every, .. }
            | Self::LayerMisread { every, .. } => Some(every),
            Self::GateFailsToFire { .. }
            | Self::ConfirmSensorStuck { .. }
            | Self::InkOut { .. }
            | Self::StaleLayout { .. }
            | Self::CameraOffline { .. }
            | Self::FrozenImage { .. }
            | Self::EncoderSlip { .. }
            | Self::ControllerPowerCut { .. }
            | Self::LinkOutage { .. }
            | Self::LinkSlow { .. }
            | Self::LedgerKilled { .. }
            | Self::DiskFull { .. }
            | Self::NumbersWithheld { .. }
            | Self::WrongBatchStarted { .. }
            | Self::ClockStep { .. }
            | Self::Again { .. } => None,
        }
    }

    /// When it begins or happens, if it does so at a moment.
    pub fn from_mut(&mut self) -> Option<&mut SimSpan> {
        match self {
            Self::WrongBatchStarted { at: from } | Self::ClockStep { at: from, .. } => Some(from),
            _ => self.stretch_mut().map(|(from, _)| from),
        }
    }

    /// How long it lasts, if it lasts.
    pub fn lasts_mut(&mut self) -> Option<&mut SimSpan> {
        self.stretch_mut().map(|(_, lasts)| lasts)
    }

    fn stretch_mut(&mut self) -> Option<(&mut SimSpan, &mut SimSpan)> {
        match self {
            Self::InkOut { from, lasts, .. }
            | Self::StaleLayout { from, lasts, .. }
            | Self::CameraOffline { from, lasts, .. }
            | Self::FrozenImage { from, lasts, .. }
            | Self::EncoderSlip { from, lasts, .. }
            | Self::GateFailsToFire { from, lasts, .. }
            | Self::ConfirmSensorStuck { from, lasts, .. }
            | Self::ControllerPowerCut { from, lasts }
            | Self::LinkOutage { from, lasts }
            | Self::LinkSlow { from, lasts, .. }
            | Self::LedgerKilled { from, lasts }
            | Self::DiskFull { from, lasts }
            | Self::NumbersWithheld { from, lasts } => Some((from, lasts)),
            _ => None,
        }
    }
}
