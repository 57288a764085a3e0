//! Checks and hashes passwords, off the async threads and few at a time, since each costs 46 MiB and up to
//! 200 ms.

use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use parlor_protocol::{Code, Error, UserId, limits};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::fault::Fault;
use crate::workers::Workers;

/// Argon2id with 46 MiB and one lane, which OWASP asks for with at least one pass.
const MEMORY_KIB: u32 = 47_104;
/// A machine on which one pass takes less than this does two.
const ENOUGH: Duration = Duration::from_millis(100);
/// As many passes as the machine can well do, measured by the first password of the process. A busy moment can only make
/// it one where two could be done; what was hashed with two stays so.
static PASSES: LazyLock<u32> = LazyLock::new(|| {
    let began = Instant::now();
    let done = hash_in("nobody's password", 1);
    if done.is_ok() && began.elapsed() < ENOUGH { 2 } else { 1 }
});
/// How many are worked on at once, and how many may wait.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;
/// Characters of a password that its strength is judged by; more can only make it stronger, and cost time.
const JUDGED_CHARS: usize = 64;
/// A hash of no one's password, so that unknown users take as long as known ones.
static NOBODY: OnceLock<String> = OnceLock::new();

/// A password was right. Only the verifier makes this, so that a forgotten check does not compile.
#[must_use]
#[derive(Debug)]
pub(crate) struct Verified {
    user: UserId,
    hash: String,
    outdated: bool,
}

impl Verified {
    /// Whose password it was.
    pub(crate) fn user(&self) -> UserId {
        self.user
    }

    /// The hash that it was checked against.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether the hash is weaker than new ones are.
    pub(crate) fn outdated(&self) -> bool {
        self.outdated
    }
}

/// Does all work on passwords. Clones share its limits.
#[derive(Debug, Clone)]
pub(crate) struct Verifier(Workers);

impl Verifier {
    pub(crate) fn new() -> Self {
        Self(Workers::new(AT_ONCE, WAITING))
    }

    /// Whether the password is this user's. Takes as long for nobody, or for a user without a password.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(crate) async fn verify(
        &self,
        whose: Option<(UserId, String)>,
        password: &str,
    ) -> Result<Option<Verified>, Fault> {
        let Ok(password) = normalised(password) else {
            return Ok(None);
        };
        self.0
            .work(move || {
                let nobody = NOBODY.get_or_init(|| hash("nobody's password").unwrap_or_default());
                let hash = whose.as_ref().map_or(nobody, |(_, hash)| hash);
                let parsed = PasswordHash::new(hash).map_err(|error| Fault::broken(error.to_string()))?;
                let right = argon2(*PASSES)?.verify_password(password.as_bytes(), &parsed).is_ok();
                let outdated = Params::try_from(&parsed).is_ok_and(|params| {
                    params.m_cost() < MEMORY_KIB
                        || params.t_cost() < *PASSES
                        || parsed.algorithm.as_str() != "argon2id"
                });
                Ok(whose.filter(|_| right).map(|(user, hash)| Verified { user, hash, outdated }))
            })
            .await
    }

    /// The hash of a new password, if it is strong enough. `own` are words that make it weaker: names of the user
    /// and the workspace.
    ///
    /// # Errors
    /// `bad_request` with what is wrong with it, `unavailable` when too many wait.
    pub(crate) async fn hash_new(&self, password: &str, own: Vec<String>) -> Result<String, Fault> {
        let password = normalised(password)?;
        self.0
            .work(move || {
                judge(&password, &own)?;
                hash(&password)
            })
            .await
    }

    /// A better hash of a password that was just verified.
    pub(crate) async fn hash_again(&self, password: &str) -> Result<String, Fault> {
        let password = normalised(password)?;
        self.0.work(move || hash(&password)).await
    }
}

/// The same password typed on different devices is the same text. Its size is checked before anything is done to it.
fn normalised(password: &str) -> Result<String, Error> {
    let wrong = || {
        let (min, max) = (limits::PASSWORD_MIN_CHARS, limits::PASSWORD_MAX_CHARS);
        Error::new(Code::BadRequest, format!("password: {min} to {max} characters"))
    };
    if password.len() > 4 * limits::PASSWORD_MAX_CHARS {
        return Err(wrong());
    }
    let password: String = password.nfkc().collect();
    let fits = (limits::PASSWORD_MIN_CHARS..=limits::PASSWORD_MAX_CHARS).contains(&password.chars().count());
    if fits { Ok(password) } else { Err(wrong()) }
}

fn judge(password: &str, own: &[String]) -> Result<(), Error> {
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let judged: String = password.chars().take(JUDGED_CHARS).collect();
    let entropy = zxcvbn(&judged, &own);
    if entropy.score() >= Score::Three {
        return Ok(());
    }
    let advice = entropy.feedback().and_then(|feedback| {
        let warning = feedback.warning().map(|warning| warning.to_string());
        warning.or_else(|| feedback.suggestions().first().map(ToString::to_string))
    });
    let advice = advice.unwrap_or_else(|| "add another word or two".into());
    Err(Error::new(Code::BadRequest, format!("password: it is easy to guess. {advice}")))
}

fn argon2(passes: u32) -> Result<Argon2<'static>, Fault> {
    let params =
        Params::new(MEMORY_KIB, passes, 1, None).map_err(|error| Fault::broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Fault> {
    hash_in(password, *PASSES)
}

fn hash_in(password: &str, passes: u32) -> Result<String, Fault> {
    let argon2 = argon2(passes)?;
    let hash = argon2.hash_password(password.as_bytes()).map_err(|error| Fault::broken(error.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "correct horse battery";

    fn ana() -> UserId {
        UserId::new(1).unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_is_verified() {
        let verifier = Verifier::new();
        let hash = verifier.hash_new(GOOD, Vec::new()).await.unwrap();
        assert!(hash.starts_with(&format!("$argon2id$v=19$m=47104,t={},p=1$", *PASSES)), "{hash}");
        let right = verifier.verify(Some((ana(), hash.clone())), GOOD).await.unwrap().unwrap();
        assert_eq!((right.user(), right.hash(), right.outdated()), (ana(), hash.as_str(), false));
        for wrong in ["", "correct horse batter", "correct horse battery ", &"x".repeat(100_000)] {
            assert!(verifier.verify(Some((ana(), hash.clone())), wrong).await.unwrap().is_none());
        }
        assert!(verifier.verify(None, GOOD).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_password_typed_with_other_code_points_is_the_same() {
        let verifier = Verifier::new();
        let hash = verifier.hash_new("schöne grüße vom see", Vec::new()).await.unwrap();
        let typed = "scho\u{308}ne gru\u{308}ße vom see";
        assert!(verifier.verify(Some((ana(), hash)), typed).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn weak_passwords_are_refused_with_advice() {
        let verifier = Verifier::new();
        let own = vec!["Ana Lopez".into(), "ana.lopez".into(), "Gardeners".into()];
        for weak in
            ["short", "password", "qwertyuiop", "gardeners1", "ana.lopez2", "12345678", &"é".repeat(257)]
        {
            let fault = verifier.hash_new(weak, own.clone()).await.unwrap_err();
            assert_eq!(fault.to_wire().code, Code::BadRequest, "{weak}");
            assert!(fault.to_wire().message.starts_with("password: "));
        }
    }

    #[tokio::test]
    async fn a_hash_with_less_cost_is_outdated() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let hash = weak.hash_password(GOOD.as_bytes()).unwrap().to_string();
        let verified = Verifier::new().verify(Some((ana(), hash)), GOOD).await.unwrap().unwrap();
        assert!(verified.outdated());
    }

    #[tokio::test]
    async fn more_than_can_wait_are_turned_away() {
        let verifier = Verifier::new();
        let tries = (0..AT_ONCE + WAITING + 6).map(|_| verifier.verify(None, "a wrong password"));
        let mut waiting: Vec<_> = tries.map(Box::pin).collect();
        let mut refused = 0;
        for one in &mut waiting {
            let polled =
                std::future::poll_fn(|context| std::task::Poll::Ready(one.as_mut().poll(context))).await;
            if let std::task::Poll::Ready(Err(fault)) = polled {
                assert_eq!(fault.to_wire().code, Code::Unavailable);
                refused += 1;
            }
        }
        assert_eq!(refused, 6);
        drop(waiting);
        assert!(verifier.verify(None, "a wrong password").await.is_ok_and(|verified| verified.is_none()));
    }
}
