//! North American coupons: a run of fields, many of which begin with a digit that gives their length (GS1 US,
//! North American Coupon Application Guideline).

use super::rules::{Broken, digits, six_digit_date};

type Judgement = Result<(), Broken>;

/// Walks over the digits of a coupon.
struct Fields<'a> {
    digits: &'a str,
    at: usize,
}

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize, expected: &'static str) -> Result<&'a str, Broken> {
        let Some(field) = self.digits.get(self.at..self.at + length) else {
            return Err(Broken { at: self.at, expected });
        };
        self.at += length;
        Ok(field)
    }

    /// One digit out of `allowed`.
    fn digit(&mut self, allowed: &str, expected: &'static str) -> Result<usize, Broken> {
        let at = self.at;
        let digit = self.take(1, expected)?;
        if !allowed.contains(digit) {
            return Err(Broken { at, expected });
        }
        Ok(usize::from(digit.as_bytes()[0] - b'0'))
    }

    /// A digit out of `allowed`, then that many digits and `more`.
    fn counted(&mut self, allowed: &str, more: usize, expected: &'static str) -> Judgement {
        let length = self.digit(allowed, expected)? + more;
        self.take(length, expected).map(|_| ())
    }

    fn date(&mut self, expected: &'static str) -> Result<&'a str, Broken> {
        let at = self.at;
        let date = self.take(6, expected)?;
        six_digit_date(date).map_err(|fault| Broken { at: at + fault.at, ..fault })?;
        Ok(date)
    }

    /// True, and steps over it, when the optional field of that number comes next.
    fn option(&mut self, number: &str) -> bool {
        let there = self.digits[self.at..].starts_with(number);
        self.at += usize::from(there);
        there
    }

    /// What has to be bought: how much, in which unit, of which family.
    fn purchase(&mut self) -> Judgement {
        self.counted("12345", 0, "a purchase requirement of 1 to 5 digits")?;
        self.digit("012349", "a purchase requirement code 0 to 4 or 9")?;
        self.take(3, "a family code of 3 digits").map(|_| ())
    }

    /// A further purchase, which may be of another company; 9 for the same one.
    fn further_purchase(&mut self) -> Judgement {
        self.purchase()?;
        let expected = "the length of a company prefix, 0 to 6, or 9, and the prefix";
        match self.digit("01234569", expected)? {
            9 => Ok(()),
            length => self.take(length + 6, expected).map(|_| ()),
        }
    }

    fn end(&self) -> Judgement {
        if self.at == self.digits.len() {
            return Ok(());
        }
        Err(Broken { at: self.at, expected: "the end, or an optional field in its order" })
    }
}

/// AI 8110.
pub(super) fn code(text: &str) -> Judgement {
    digits(text)?;
    let mut fields = Fields { digits: text, at: 0 };
    fields.counted("0123456", 6, "a company prefix and its length, 0 to 6")?;
    fields.take(6, "an offer code of 6 digits")?;
    fields.counted("12345", 0, "a save value of 1 to 5 digits")?;
    fields.purchase()?;
    if fields.option("1") {
        fields.digit("0123", "an additional purchase rule 0 to 3")?;
        fields.further_purchase()?;
    }
    if fields.option("2") {
        fields.further_purchase()?;
    }
    let mut expires = None;
    if fields.option("3") {
        expires = Some(fields.date("an expiry date as YYMMDD")?);
    }
    if fields.option("4") {
        let at = fields.at;
        let starts = fields.date("a start date as YYMMDD")?;
        if expires.is_some_and(|expires| starts > expires) {
            return Err(Broken { at, expected: "a start no later than the expiry" });
        }
    }
    if fields.option("5") {
        fields.counted("0123456789", 6, "a serial number and its length, 0 to 9")?;
    }
    if fields.option("6") {
        fields.counted("1234567", 6, "a retailer's prefix and its length, 1 to 7")?;
    }
    if fields.option("9") {
        fields.digit("01256", "a save value code 0, 1, 2, 5 or 6")?;
        fields.digit("012", "the item that the value applies to, 0 to 2")?;
        fields.digit("0123456789", "a store coupon flag")?;
        fields.digit("01", "a don't-multiply flag 0 or 1")?;
    }
    fields.end()
}

/// AI 8112.
pub(super) fn positive_offer(text: &str) -> Judgement {
    digits(text)?;
    let mut fields = Fields { digits: text, at: 0 };
    fields.digit("01", "a coupon format 0 or 1")?;
    fields.counted("0123456", 6, "a funder and its length, 0 to 6")?;
    fields.take(6, "an offer code of 6 digits")?;
    fields.counted("0123456789", 6, "a serial number and its length, 0 to 9")?;
    fields.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coupon_is_read_field_by_field() {
        // prefix 0+123456, offer 000001, save 1+5, purchase 1+1 code 0 family 000
        let basic = "012345600000115110000";
        assert_eq!(code(basic), Ok(()));
        let with = |more: &str| code(&format!("{basic}{more}"));
        for good in [
            "101100000123456",
            "111100009",
            "21100009",
            "3251231",
            "50123456",
            "611234567",
            "90000",
            "111100009325123142501015012345690000",
        ] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        assert_eq!(with("3251231425123").unwrap_err().at, basic.len() + 8);
        assert_eq!(with("32501014250102").unwrap_err().at, basic.len() + 8);
        assert_eq!(with("3251331").unwrap_err().at, basic.len() + 3);
        assert_eq!(with("42501013251231").unwrap_err().at, basic.len() + 7);
        assert_eq!(code("0123456").unwrap_err().at, 7);
    }
}
