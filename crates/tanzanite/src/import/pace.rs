//! Decides whether and when a request is repeated. It sends nothing and does not wait.

use std::time::Duration;

/// The number of attempts before a request is given up.
const ATTEMPTS_MAX: u32 = 8;
/// The first wait if the server names none; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait, even if the server asks for more.
const WAIT_MAX: Duration = Duration::from_mins(5);

/// The outcome of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt<'a> {
    /// There was no answer.
    Lost,
    /// The answer's status, the `code` in its body, and its `Retry-After`.
    Answered {
        status: u16,
        code: &'a str,
        retry_after: Option<&'a str>,
    },
}

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Take this answer.
    Take,
    /// Try again after this time.
    Wait(Duration),
    /// Give up: the server asks for a longer wait than the longest, or never answered.
    GiveUp,
}

/// The step after the attempt with this number, counted from 1.
pub(super) fn next(number: u32, attempt: Attempt<'_>) -> Next {
    let named = match attempt {
        Attempt::Lost => None,
        // The vendor sends some rate limits with status 400 (reported in airweave's pull request 1157).
        Attempt::Answered {
            status,
            code,
            retry_after,
        } if status == 429 || code == "TOO_MANY_REQUESTS" || status >= 500 => retry_after,
        Attempt::Answered { .. } => return Next::Take,
    };
    // `Retry-After` as a date is ignored: the vendor documents none.
    let named = named.and_then(|text| text.trim().parse().ok());
    let wait = match named.map(Duration::from_secs) {
        Some(wait) if wait > WAIT_MAX => return Next::GiveUp,
        Some(wait) => wait,
        None => FIRST_WAIT
            .saturating_mul(1 << (number - 1).min(16))
            .min(WAIT_MAX),
    };
    if number < ATTEMPTS_MAX {
        Next::Wait(wait)
    } else if matches!(attempt, Attempt::Answered { status, .. } if status >= 500) {
        // A persistent server error counts as a refusal, which the import can do without.
        Next::Take
    } else {
        Next::GiveUp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered<'a>(status: u16, code: &'a str, retry_after: Option<&'a str>) -> Attempt<'a> {
        Attempt::Answered {
            status,
            code,
            retry_after,
        }
    }

    #[test]
    fn answers_and_refusals_are_taken_as_they_are() {
        for (status, code) in [
            (200, ""),
            (204, ""),
            (400, "INVALID_MODULE"),
            (403, "NO_PERMISSION"),
            (401, "INVALID_TOKEN"),
        ] {
            assert_eq!(
                next(1, answered(status, code, Some("9"))),
                Next::Take,
                "{status}"
            );
        }
    }

    #[test]
    fn limits_are_waited_for_as_long_as_the_server_says() {
        let seconds = |seconds| Next::Wait(Duration::from_secs(seconds));
        assert_eq!(
            next(1, answered(429, "TOO_MANY_REQUESTS", Some("7"))),
            seconds(7)
        );
        assert_eq!(
            next(3, answered(400, "TOO_MANY_REQUESTS", Some("300"))),
            seconds(300)
        );
        assert_eq!(next(1, answered(503, "", Some("2"))), seconds(2));
        assert_eq!(next(1, answered(429, "", Some("301"))), Next::GiveUp);
        assert_eq!(next(8, answered(429, "", Some("1"))), Next::GiveUp);
    }

    #[test]
    fn without_a_word_waits_double_and_end() {
        let waits: Vec<Next> = (1..=8).map(|number| next(number, Attempt::Lost)).collect();
        let halves = [1, 2, 4, 8, 16, 32, 64].map(|halves| Next::Wait(FIRST_WAIT * halves));
        assert_eq!(waits[..7], halves);
        assert_eq!(waits[7], Next::GiveUp);
        assert_eq!(next(2, answered(500, "", Some("soon"))), halves[1]);
        assert_eq!(next(8, answered(500, "INTERNAL_ERROR", None)), Next::Take);
        assert_eq!(next(u32::MAX, Attempt::Lost), Next::GiveUp);
    }
}
