//! The fuzz targets, one for each decoder that reads bytes from strangers: any bytes at all for half a minute.

use std::fs;
use std::path::Path;
use std::thread;

use crate::counts::Counts;
use crate::house::House;
use crate::{install, process};

/// Where they are; each folder is a workspace of its own.
const FOLDERS: [&str; 2] = ["crates/socketio/fuzz", "crates/images/fuzz"];
/// Seconds for each target.
const EACH_S: u32 = 30;
/// How many run side by side.
const TOGETHER: usize = 2;
/// Tells libFuzzer which branches ran. These flags are those of cargo-fuzz without a sanitizer, so that a stable
/// compiler takes them; there is no unsafe code here for a sanitizer to watch.
const COVERAGE: &str = "--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
     -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds and runs every target; what has crashed one is kept in the target folder.
pub(crate) fn run(house: &House) -> Result<Counts, String> {
    if !install::programs(house, &["g++"], "nothing is fuzzed")? {
        return Ok(Counts::one(true));
    }
    let machine = machine(house)?;
    let built = house.target.join("fuzz");
    let mut targets = Vec::new();
    for folder in FOLDERS {
        let manifest = format!("{folder}/Cargo.toml");
        let build = ["build", "--release", "--locked", "--manifest-path", &manifest, "--target", &machine];
        let mut build = house.cargo(&build);
        process::must(build.arg("--target-dir").arg(&built).env("RUSTFLAGS", COVERAGE))?;
        targets.extend(in_folder(house, folder)?.into_iter().map(|target| (folder, target)));
    }
    let programs = built.join(&machine).join("release");
    let mut counts = Counts::default();
    for some in targets.chunks(TOGETHER) {
        let ran = thread::scope(|scope| {
            let started: Vec<_> = some
                .iter()
                .map(|(folder, target)| scope.spawn(|| one(house, &programs, (folder, target))))
                .collect();
            started.into_iter().map(|one| one.join().unwrap_or(Err("it panicked".into()))).collect::<Vec<_>>()
        });
        for one in ran {
            counts += Counts::one(one?);
        }
    }
    Ok(counts)
}

/// Runs a target, from its seeds and what earlier runs found on.
fn one(house: &House, programs: &Path, (folder, target): (&str, &str)) -> Result<bool, String> {
    let found = house.target.join("fuzz/corpus").join(target);
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let crashes = house.target.join("fuzz").join(format!("{target}-"));
    let mut command = house.command(folder, programs.join(target), &["-verbosity=0", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={EACH_S}")).arg(format!("-artifact_prefix={}", crashes.display()));
    Ok(process::run(command.arg(found).arg(format!("seeds/{target}")))?.ok)
}

/// Names of a folder's targets: each is a file.
fn in_folder(house: &House, folder: &str) -> Result<Vec<String>, String> {
    let folder = house.root.join(folder).join("fuzz_targets");
    let files = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = |path: &Path| path.file_stem().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = files.flatten().filter_map(|file| name(&file.path())).collect();
    names.sort();
    Ok(names)
}

/// What the compiler calls this machine. Named as a target, build scripts are not measured.
fn machine(house: &House) -> Result<String, String> {
    let told = process::read(&mut house.command(".", "rustc", &["-vV"]))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not tell its host".to_owned())
}
