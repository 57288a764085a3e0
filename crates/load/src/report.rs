//! Medians and ranges, as they are quoted.

use std::{fmt, io};

use crate::Times;

/// A median with its least and greatest value.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    least: f64,
    middle: f64,
    most: f64,
}

impl Spread {
    /// Of these values; zeros when there are none.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        Self { least: at(0), middle: at(sorted.len() / 2), most: at(sorted.len().saturating_sub(1)) }
    }

    /// Of the ratios of two series, round by round, so that a drift of the machine's speed cancels.
    pub fn of_ratios(above: &[f64], below: &[f64]) -> Self {
        let ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
        Self::of(&ratios)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.middle, self.least, self.most)
    }
}

/// A histogram of times in µs, from one to two minutes, with three digits.
pub fn times() -> io::Result<Times> {
    Times::new_with_bounds(1, 120_000_000, 3).map_err(io::Error::other)
}

/// Times as pairs of a value and how often it came: no value moves to another bucket.
pub(crate) mod buckets {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::Times;

    pub(crate) fn serialize<S: Serializer>(times: &Times, to: S) -> Result<S::Ok, S::Error> {
        let pairs = times.iter_recorded();
        to.collect_seq(pairs.map(|pair| (pair.value_iterated_to(), pair.count_since_last_iteration())))
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Times, D::Error> {
        let mut times = super::times().map_err(D::Error::custom)?;
        for (value, count) in Vec::<(u64, u64)>::deserialize(from)? {
            times.saturating_record_n(value, count);
        }
        Ok(times)
    }
}

/// A quantile of times in µs, as milliseconds.
pub fn ms(times: &Times, quantile: f64) -> String {
    format!("{:.2}", times.value_at_quantile(quantile) as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_the_median_with_its_range() {
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]).to_string(), "2.00 (1.00 to 3.00)");
        assert_eq!(Spread::of_ratios(&[2.0, 9.0], &[1.0, 3.0]).to_string(), "3.00 (2.00 to 3.00)");
    }
}
