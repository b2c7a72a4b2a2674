//! The words of the Core Business Vocabulary (CBV 2.0, 7) and the measurement words of the GS1 Web
//! Vocabulary, in each form that documents write them in. Unknown words give a warning and are not refused:
//! users may have their own.

use std::borrow::Cow;
use std::fmt;

const CBV: &str = "https://ref.gs1.org/cbv/";
const GS1: &str = "https://gs1.org/voc/";

/// A list of words that a field takes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// `bizStep`.
    BizStep,
    /// `disposition`, and those that stay set.
    Disposition,
    /// `type` of a business transaction.
    BizTransactionType,
    /// `type` of a source or destination.
    PartyType,
    /// `reason` of an error declaration.
    ErrorReason,
    /// `type` of a sensor report.
    Measurement,
    /// `exception` of a sensor report.
    Alert,
    /// `component` of a sensor report.
    Component,
}

/// A word: bare if it is one of GS1's (`shipping`), else a URI of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(Cow<'static, str>);

impl Word {
    /// The word that a text stands for; every form of GS1's own words becomes the bare word.
    pub fn read(text: &str, vocabulary: Vocabulary) -> Self {
        let text = text.trim();
        let curies = [("cbv:", CBV), ("gs1:", GS1), ("https://ref.gs1.org/voc/", GS1)];
        let expanded = curies.iter().find_map(|(prefix, namespace)| {
            Some(format!("{namespace}{}", text.strip_prefix(prefix)?))
        });
        let text = expanded.as_deref().unwrap_or(text);
        let (urn, web) = vocabulary.prefixes();
        let bare = text.strip_prefix(urn).or_else(|| text.strip_prefix(web));
        Self(Cow::Owned(bare.filter(|word| is_bare(word)).unwrap_or(text).to_owned()))
    }

    /// A word of GS1's.
    pub(super) const fn standard(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// The bare word, or the URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The GS1 Web URI of a word, as event hashes use it, in two parts; a URI stays as it is.
    pub(super) fn web(&self, vocabulary: Vocabulary) -> [&str; 2] {
        let (_, web) = vocabulary.prefixes();
        [if is_bare(&self.0) { web } else { "" }, &self.0]
    }

    /// How XML writes a word: as a URN where the vocabulary has one (CBV 1.2), else as a Web URI.
    pub(super) fn in_xml(&self, vocabulary: Vocabulary) -> String {
        let (urn, web) = vocabulary.prefixes();
        let prefix = if urn == NO_URN { web } else { urn };
        if is_bare(&self.0) { format!("{prefix}{}", self.0) } else { self.0.to_string() }
    }

    /// Whether it is a user's own word or one that the vocabulary has.
    pub fn is_known(&self, vocabulary: Vocabulary) -> bool {
        super::values::is_uri(&self.0) || vocabulary.words().any(|word| word == self.0)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text has the form of GS1's words.
fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// No text begins with it.
const NO_URN: &str = "\0";

impl Vocabulary {
    /// What stands before a word in its URN and in its Web URI.
    const fn prefixes(self) -> (&'static str, &'static str) {
        match self {
            Self::BizStep => ("urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"),
            Self::Disposition => ("urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"),
            Self::BizTransactionType => ("urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"),
            Self::PartyType => ("urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"),
            Self::ErrorReason => ("urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"),
            Self::Measurement | Self::Alert => (NO_URN, GS1),
            Self::Component => (NO_URN, "https://ref.gs1.org/cbv/Comp-"),
        }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        let words = match self {
            Self::BizStep => BIZ_STEPS,
            Self::Disposition => DISPOSITIONS,
            Self::BizTransactionType => {
                "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"
            }
            Self::PartyType => "owning_party possessing_party location",
            Self::ErrorReason => "did_not_occur incorrect_data",
            Self::Measurement => MEASUREMENTS,
            Self::Alert => "ALARM_CONDITION ERROR_CONDITION",
            Self::Component => COMPONENTS,
        };
        words.split_ascii_whitespace()
    }
}

const BIZ_STEPS: &str = "accepting arriving assembling collecting commissioning consigning \
    creating_class_instance cycle_counting decommissioning departing destroying disassembling \
    dispensing encoding entering_exiting holding inspecting installing killing loading other packing \
    picking receiving removing repackaging repairing replacing reserving retail_selling sampling \
    sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading \
    unpacking void_shipping";

const DISPOSITIONS: &str = "active available completeness_inferred completeness_verified conformant \
    container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress \
    in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement \
    no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved \
    retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown";

const COMPONENTS: &str = "x y z axial_distance azimuth height spherical_radius polar_angle \
    elevation_angle easting northing latitude longitude altitude";

const MEASUREMENTS: &str = "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity \
    Altitude AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration \
    AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density \
    Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent \
    ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance \
    Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux \
    LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration \
    MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume \
    Power Pressure RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle \
    SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume \
    VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_word_is_the_same_word() {
        let forms = [
            "shipping",
            "urn:epcglobal:cbv:bizstep:shipping",
            "https://ref.gs1.org/cbv/BizStep-shipping",
            "cbv:BizStep-shipping",
        ];
        for form in forms {
            assert_eq!(Word::read(form, Vocabulary::BizStep), Word::standard("shipping"), "{form}");
        }
        let celsius = Word::read("gs1:Temperature", Vocabulary::Measurement);
        assert_eq!(celsius.as_str(), "Temperature");
        assert_eq!(
            celsius.web(Vocabulary::Measurement).concat(),
            "https://gs1.org/voc/Temperature"
        );
        let own = Word::read("https://example.com/steps/polishing", Vocabulary::BizStep);
        assert_eq!(own.in_xml(Vocabulary::BizStep), "https://example.com/steps/polishing");
    }

    #[test]
    fn only_bare_words_that_gs1_does_not_have_are_unknown() {
        let known = |text| Word::read(text, Vocabulary::BizStep).is_known(Vocabulary::BizStep);
        assert!(known("shipping") && known("https://example.com/steps/polishing"));
        assert!(!known("polishing") && !known("urn:epcglobal:cbv:bizstep:polishing"));
    }
}
