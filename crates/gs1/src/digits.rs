//! A number as decimal digits with leading zeros, in place: keys are written for every record of every unit,
//! and formatting is the slowest way to do it.

/// The last `N` digits of a number, in ASCII.
#[derive(Copy, Clone)]
pub(super) struct Digits<const N: usize>([u8; N]);

impl<const N: usize> Digits<N> {
    pub(super) const fn of(mut number: u64) -> Self {
        let mut digits = [b'0'; N];
        let mut place = N;
        while place > 0 {
            place -= 1;
            digits[place] += (number % 10) as u8;
            number /= 10;
        }
        Self(digits)
    }
}

impl<const N: usize> AsRef<str> for Digits<N> {
    fn as_ref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_stand_ahead_and_what_does_not_fit_is_cut_there() {
        assert_eq!(Digits::<5>::of(42).as_ref(), "00042");
        assert_eq!(Digits::<2>::of(1_234).as_ref(), "34");
        assert_eq!(Digits::<20>::of(u64::MAX).as_ref(), u64::MAX.to_string());
    }
}
