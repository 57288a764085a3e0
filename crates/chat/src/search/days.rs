//! Days of the caller's calendar, as times.

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// No clock is further from UTC than this.
const MOST_OFFSET_MINUTES: i32 = 14 * 60;
const YEARS: std::ops::RangeInclusive<i64> = 1970..=9999;

/// Today, where the caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// Days since 1970.
    today: i64,
    offset_ms: i64,
}

impl Day {
    /// The day of a time, in milliseconds since 1970, for a clock so many minutes ahead of UTC; `None` for a clock that can't be.
    pub(super) fn of(now_ms: u64, offset_minutes: i32) -> Option<Self> {
        if offset_minutes.abs() > MOST_OFFSET_MINUTES {
            return None;
        }
        let offset_ms = i64::from(offset_minutes) * MINUTE_MS;
        let today = i64::try_from(now_ms).ok()?.checked_add(offset_ms)?.div_euclid(DAY_MS);
        Some(Self { today, offset_ms })
    }

    /// From when to when a day, a month or a year goes, the end not included, in milliseconds since 1970.
    pub(super) fn span(self, text: &str) -> Option<(u64, u64)> {
        let (first, after) = match text.to_lowercase().as_str() {
            "today" => (self.today, self.today + 1),
            "yesterday" => (self.today - 1, self.today),
            date => days_of(date)?,
        };
        let ms = |day: i64| u64::try_from(day * DAY_MS - self.offset_ms).unwrap_or(0);
        Some((ms(first), ms(after)))
    }
}

/// First day of a date such as 2026, 2026-03 or 2026-03-31, and the first one after it, in days since 1970.
fn days_of(date: &str) -> Option<(i64, i64)> {
    let mut parts = date.split('-').map(|part| {
        let digits = part.len() <= 4 && part.chars().all(|char| char.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| digits)
    });
    let year = parts.next().flatten().filter(|year| YEARS.contains(year))?;
    let (month, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let Some(month) = month else { return Some((first_of(year, 1), first_of(year + 1, 1))) };
    let month = month.filter(|month| (1..=12).contains(month))?;
    let (first, next) = (first_of(year, month), first_of(year + month / 12, month % 12 + 1));
    let Some(day) = day else { return Some((first, next)) };
    let day = first + day? - 1;
    (first..next).contains(&day).then_some((day, day + 1))
}

/// Days from 1970 to the first of a month, by the Gregorian calendar. Years begin in March here, so that the leap day
/// is the last of one.
fn first_of(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + (month * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = DAY_MS.unsigned_abs();

    #[test]
    fn dates_are_days_of_the_calendar() {
        let utc = Day::of(20_000 * DAY + 5, 0).unwrap();
        let days = |text: &str| utc.span(text).map(|(first, after)| (first / DAY, after / DAY));
        assert_eq!(days("today"), Some((20_000, 20_001)));
        assert_eq!(days("Yesterday"), Some((19_999, 20_000)));
        assert_eq!(days("1970-01-01"), Some((0, 1)));
        assert_eq!(days("2024-10-04"), Some((20_000, 20_001)));
        assert_eq!(days("2000-02-29"), Some((11_016, 11_017)));
        assert_eq!(days("2024-2"), Some((19_754, 19_783)));
        assert_eq!(days("2024-12"), Some((20_058, 20_089)));
        assert_eq!(days("2023"), Some((19_358, 19_723)));
        for text in [
            "2023-02-29",
            "2024-13",
            "2024-00-01",
            "2024-01-32",
            "1969",
            "24-1-1-1",
            "soon",
            "",
            "2024-",
            "+202",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_when_it_begins_where_the_caller_is() {
        let tokyo = Day::of(20_000 * DAY + 16 * 3_600_000, 9 * 60).unwrap();
        assert_eq!(tokyo.span("today"), Some((20_000 * DAY + 15 * 3_600_000, 20_001 * DAY + 15 * 3_600_000)));
        assert_eq!(Day::of(0, 900), None);
        assert_eq!(Day::of(u64::MAX, 0), None);
    }
}
