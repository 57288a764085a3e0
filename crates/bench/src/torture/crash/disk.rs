//! A disk that is cut off: what is synced is on it, and of the rest each sector may be, or not, or be half written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::trace::Op;
use crate::random::Random;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// The files of a folder, as far as they are durable and beyond.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    /// Which file a name leads to, for running programs and after a crash.
    names: BTreeMap<String, usize>,
    kept_names: BTreeMap<String, usize>,
    /// Changes of names that no sync of their folder has covered.
    renaming: Vec<Renaming>,
    /// Changes so far.
    changes: u64,
    /// Which change was the last when a sync began that is running, by thread and file.
    syncing: BTreeMap<(u32, String), u64>,
}

#[derive(Debug, Default)]
struct File {
    durable: Vec<u8>,
    /// How long it is for running programs.
    length: usize,
    pending: Vec<(u64, Change)>,
}

#[derive(Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Cut { length: usize },
}

#[derive(Debug)]
struct Renaming {
    change: u64,
    name: String,
    file: Option<usize>,
}

/// What a crash leaves of what was not synced.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// Nothing.
    Dropped,
    /// Everything.
    Kept,
    /// Each write or none of it, in no order.
    Reordered,
    /// Each sector or not.
    Torn,
    /// Each sector or not, and where a file has grown, something else.
    Garbled,
    /// The first ones, and some sectors of the next.
    Begun,
}

const FATES: [Fate; 6] = [Fate::Dropped, Fate::Kept, Fate::Reordered, Fate::Torn, Fate::Garbled, Fate::Begun];

impl Disk {
    /// What is in this folder now, all of it synced.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        let mut disk = Self::default();
        disk.take(folder, "")?;
        disk.kept_names.clone_from(&disk.names);
        Ok(disk)
    }

    fn take(&mut self, folder: &Path, name: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder.join(name))? {
            let entry = entry?;
            let inside = Path::new(name).join(entry.file_name()).to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                self.take(folder, &inside)?;
            } else {
                let durable = fs::read(entry.path())?;
                self.names.insert(inside, self.files.len());
                self.files.push(File { length: durable.len(), durable, pending: Vec::new() });
            }
        }
        Ok(())
    }

    /// Does what the program did.
    pub(crate) fn step(&mut self, thread: u32, op: &Op) {
        self.changes += 1;
        let change = self.changes;
        match op {
            Op::Write { file, at, bytes } => {
                let file = self.file(file);
                let at = at.unwrap_or(file.length);
                file.length = file.length.max(at + bytes.len());
                file.pending.push((change, Change::Write { at, bytes: bytes.clone() }));
            }
            Op::Cut { file, length } => {
                let file = self.file(file);
                file.length = *length;
                file.pending.push((change, Change::Cut { length: *length }));
            }
            Op::SyncBegun { file } => {
                self.syncing.insert((thread, file.clone()), change);
            }
            Op::SyncDone { file } => {
                let until = self.syncing.remove(&(thread, file.clone())).unwrap_or_default();
                self.sync(file, until);
            }
            Op::Made { file } => {
                self.file(file);
            }
            Op::Renamed { from, to } => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                    self.renaming.push(Renaming { change, name: from.clone(), file: None });
                    self.renaming.push(Renaming { change, name: to.clone(), file: Some(file) });
                }
            }
            Op::Gone { file } => {
                self.names.remove(file);
                self.renaming.push(Renaming { change, name: file.clone(), file: None });
            }
        }
    }

    /// The file of this name, which is made if there is none.
    fn file(&mut self, name: &str) -> &mut File {
        let at = self.names.get(name).copied().unwrap_or_else(|| {
            self.files.push(File::default());
            self.names.insert(name.to_owned(), self.files.len() - 1);
            let file = Some(self.files.len() - 1);
            self.renaming.push(Renaming { change: self.changes, name: name.to_owned(), file });
            self.files.len() - 1
        });
        &mut self.files[at]
    }

    /// Whatever was done to a file up to this change is durable; of a folder, what its names lead to.
    fn sync(&mut self, name: &str, until: u64) {
        if let Some(&file) = self.names.get(name) {
            let file = &mut self.files[file];
            let covered = file.pending.iter().take_while(|(change, _)| *change <= until).count();
            for (_, change) in file.pending.drain(..covered) {
                change.apply(&mut file.durable);
            }
            return;
        }
        let (kept, names) = (&mut self.renaming, &mut self.kept_names);
        kept.retain(|renaming| {
            let folder = renaming.name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let covered = folder == name && renaming.change <= until;
            if covered {
                renaming.apply(names);
            }
            !covered
        });
    }

    /// What a crash at this point may leave, by name.
    pub(crate) fn crash(&self, random: &mut Random) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.kept_names.clone();
        // Filesystems keep the order of these.
        let kept = random.below(self.renaming.len() + 1);
        self.renaming.iter().take(kept).for_each(|renaming| renaming.apply(&mut names));
        let fate = *random.pick(&FATES).unwrap_or(&Fate::Dropped);
        let left = |(name, file): (String, usize)| (name, self.files[file].crash(fate, random));
        names.into_iter().map(left).collect()
    }
}

impl Renaming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self.file {
            Some(file) => names.insert(self.name.clone(), file),
            None => names.remove(&self.name),
        };
    }
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => put(to, *at, bytes),
            Self::Cut { length } => to.resize(*length, 0),
        }
    }
}

fn put(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[at..end].copy_from_slice(bytes);
}

impl File {
    fn crash(&self, fate: Fate, random: &mut Random) -> Vec<u8> {
        let mut left = self.durable.clone();
        let begun = random.below(self.pending.len() + 1);
        for (number, (_, change)) in self.pending.iter().enumerate() {
            let fate = match fate {
                Fate::Reordered if random.once_in(2) => Fate::Dropped,
                Fate::Reordered => Fate::Kept,
                Fate::Begun if number < begun => Fate::Kept,
                Fate::Begun if number == begun => Fate::Torn,
                Fate::Begun => Fate::Dropped,
                fate => fate,
            };
            match (fate, change) {
                (Fate::Dropped, _) => {}
                (Fate::Torn | Fate::Garbled, Change::Write { at, bytes }) => {
                    let garbled = matches!(fate, Fate::Garbled);
                    sectors(&mut left, (*at, bytes), self.durable.len(), garbled, random);
                }
                (Fate::Torn | Fate::Garbled, Change::Cut { .. }) if random.once_in(2) => {}
                (_, change) => change.apply(&mut left),
            }
        }
        left
    }
}

/// Writes some sectors of this; of the others those that are beyond what was durable are garbled if wanted.
fn sectors(
    left: &mut Vec<u8>,
    (at, bytes): (usize, &[u8]),
    durable: usize,
    garbled: bool,
    random: &mut Random,
) {
    let mut from = 0;
    while from < bytes.len() {
        let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
        if random.once_in(2) {
            put(left, at + from, &bytes[from..to]);
        } else if garbled && at + from >= durable {
            let mess: Vec<u8> = (from..to).map(|_| random.next().to_le_bytes()[0]).collect();
            put(left, at + from, &mess);
        }
        from = to;
    }
}

/// Writes an image into a folder that holds another, or nothing.
pub(crate) fn lay_out(image: &BTreeMap<String, Vec<u8>>, folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (name, bytes) in image {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> String {
        "log".to_owned()
    }

    fn write(at: usize, bytes: &[u8]) -> Op {
        Op::Write { file: file(), at: Some(at), bytes: bytes.to_vec() }
    }

    /// Every content of the file that a thousand crashes leave; nothing where its name is gone.
    fn left(disk: &Disk) -> std::collections::BTreeSet<Option<Vec<u8>>> {
        let mut random = Random::new(7);
        (0..1_000).map(|_| disk.crash(&mut random).remove("log")).collect()
    }

    #[test]
    fn what_was_synced_stays_and_what_was_written_meanwhile_need_not() {
        let mut disk = Disk::default();
        disk.step(1, &write(0, b"first"));
        disk.step(1, &Op::SyncBegun { file: file() });
        disk.step(1, &write(5, b"second"));
        disk.step(1, &Op::SyncDone { file: file() });
        disk.step(1, &Op::SyncBegun { file: String::new() });
        disk.step(1, &Op::SyncDone { file: String::new() });
        let left = left(&disk);
        assert!(left.iter().flatten().all(|bytes| bytes.starts_with(b"first")));
        assert!(left.contains(&Some(b"first".to_vec())) && left.contains(&Some(b"firstsecond".to_vec())));
    }

    #[test]
    fn a_file_whose_folder_was_not_synced_may_be_gone() {
        let mut disk = Disk::default();
        disk.step(1, &write(0, b"first"));
        assert!(left(&disk).contains(&None));
    }

    #[test]
    fn a_write_of_many_sectors_may_be_torn_between_them_and_only_there() {
        let mut disk = Disk::default();
        disk.step(1, &write(100, &[1; 1_000]));
        let sectors = |bytes: &Vec<u8>| {
            let mut padded = bytes.clone();
            padded.resize(1_100, 0);
            [padded[100..512].to_vec(), padded[512..1_024].to_vec(), padded[1_024..].to_vec()]
        };
        let torn = left(&disk);
        let whole = |part: &Vec<u8>| part.windows(2).all(|two| two[0] == two[1]);
        let plain = torn.iter().flatten().filter(|bytes| bytes.iter().all(|byte| *byte < 2));
        assert!(plain.clone().all(|bytes| sectors(bytes).iter().all(whole)));
        assert_eq!(plain.count(), 8, "each of three sectors, or not");
    }
}
