//! Builds the web client with Vite and writes the list of its files as Rust that embeds them.
#![expect(
    clippy::disallowed_methods,
    reason = "cargo hands a build script its folders through the environment"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={}", message.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    println!("cargo::rerun-if-env-changed=WEB_DIST");
    let dist = match env::var_os("WEB_DIST").filter(|dir| !dir.is_empty()) {
        Some(dir) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(dir),
        None => build_client(&out.join("dist"))?,
    };
    if !dist.join("index.html").is_file() {
        return Err(format!("{} holds no built client: it has no index.html", dist.display()));
    }
    if env::var_os("WEB_DIST").is_some() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    fs::write(out.join("files.rs"), render(&dist)?).map_err(|error| format!("writing files.rs: {error}"))
}

/// Installs what the client needs if the lock file is newer than what is installed, then builds into `dist`.
fn build_client(dist: &Path) -> Outcome<PathBuf> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let lock = web.join("package-lock.json");
    if !lock.is_file() {
        return Err("there is no web/package-lock.json: check the whole repository out, \
             or set WEB_DIST to a folder with a built client"
            .into());
    }
    for watched in sources(&web)? {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    // Builds with other target folders may run at the same time, and two installations would destroy each other.
    let held = File::open(&lock).map_err(|error| format!("opening {}: {error}", lock.display()))?;
    held.lock().map_err(|error| format!("locking {}: {error}", lock.display()))?;
    if needs_install(&web, &lock) {
        npm(&web, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"].map(OsStr::new))?;
    }
    let vite = ["exec", "--no", "--", "vite", "build", "--emptyOutDir", "--logLevel", "warn", "--outDir"];
    npm(&web, vite.map(OsStr::new).into_iter().chain([dist.as_os_str()]))?;
    Ok(dist.to_owned())
}

/// Everything in web/ that the build reads: the files beside package.json and the folders src and public.
fn sources(web: &Path) -> Outcome<Vec<PathBuf>> {
    let mut watched = vec![web.join("src"), web.join("public")];
    for entry in list(web)? {
        let test = entry.file_name().is_some_and(|name| name.to_string_lossy().contains("vitest"));
        if entry.is_file() && !test {
            watched.push(entry);
        }
    }
    watched.retain(|path| path.exists());
    Ok(watched)
}

/// npm writes `node_modules/.package-lock.json` last, so its age tells whether an installation is whole and current.
fn needs_install(web: &Path, lock: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    match (modified(&web.join("node_modules/.package-lock.json")), modified(lock)) {
        (Some(installed), Some(wanted)) => installed < wanted,
        _ => true,
    }
}

fn npm<'a>(web: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Outcome<()> {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(web).args(arguments);
    let output = command.output().map_err(|error| {
        format!(
            "the web client is built with npm, which can't be run ({error}): install Node.js 20 or later, \
             or set WEB_DIST to a folder with a built client"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{command:?} failed in web/: {}", String::from_utf8_lossy(&said)))
}

/// The Rust source of the table of files, by path.
fn render(dist: &Path) -> Outcome<String> {
    let mut files = BTreeSet::new();
    walk(dist, &mut files)?;
    let mut rows = BTreeMap::new();
    for file in files.iter().filter(|file| !is_packed_copy(file, &files)) {
        let path = file.strip_prefix(dist).map_err(|error| error.to_string())?;
        let path = path.to_str().ok_or_else(|| format!("{} is no UTF-8", path.display()))?.replace('\\', "/");
        let packed = |ending: &str| match PathBuf::from(format!("{}.{ending}", file.display())) {
            copy if files.contains(&copy) => format!("Some({})", include(&copy)),
            _ => "None".into(),
        };
        let row = format!(
            "Asset {{ path: {path:?}, bytes: {}, brotli: {}, gzip: {}, mime: {:?}, immutable: {}, etag: {:?} }}",
            include(file),
            packed("br"),
            packed("gz"),
            mime(file),
            path.starts_with("assets/"),
            etag(file)?,
        );
        rows.insert(path, row);
    }
    Ok(format!("&[{}]", rows.into_values().collect::<Vec<_>>().join(",\n")))
}

fn walk(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Outcome<()> {
    for path in list(folder)? {
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

fn list(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let describe = |error| format!("reading {}: {error}", folder.display());
    fs::read_dir(folder)
        .map_err(describe)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(describe))
        .collect()
}

fn is_packed_copy(file: &Path, files: &BTreeSet<PathBuf>) -> bool {
    file.extension().is_some_and(|ending| ending == "br" || ending == "gz")
        && files.contains(&file.with_extension(""))
}

fn include(file: &Path) -> String {
    let absolute = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    format!("include_bytes!({:?})", absolute.display().to_string())
}

fn etag(file: &Path) -> Outcome<String> {
    let bytes = fs::read(file).map_err(|error| format!("reading {}: {error}", file.display()))?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    Ok(format!("\"{:016x}\"", hasher.finish()))
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(OsStr::to_str).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
