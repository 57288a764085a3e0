//! What ships holds no planted bug.

use std::process::Command;

#[test]
fn no_crate_is_built_for_release_with_planted_bugs() {
    let check = |profile: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["check", "--locked", "--offline", "--package", "parlor-planted"]).args(profile);
        let output = cargo.arg("--target-dir").arg(env!("CARGO_TARGET_TMPDIR")).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (built, why) = check(&["--release"]);
    assert!(!built && why.contains("error: a release build holds no planted bugs"), "{why}");
    let (built, why) = check(&[]);
    assert!(built, "{why}");
}
