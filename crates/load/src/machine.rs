//! What this machine has: cores, memory and what else it does.

use std::fs;

/// Cores that this process may use.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Processes that ran or waited for a core in the last minute, on average; nothing where the system does not tell.
#[must_use]
pub fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// The kernel's version; nothing where the system does not tell.
#[must_use]
pub fn kernel() -> Option<String> {
    Some(fs::read_to_string("/proc/sys/kernel/osrelease").ok()?.trim().to_owned())
}

/// Memory in kB that can be had without swapping: what the kernel says, or what a control group leaves of it.
#[must_use]
pub fn memory_kb() -> Option<u64> {
    let kernel = available_in(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let number = |path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let (most, used) = (number("/sys/fs/cgroup/memory.max"), number("/sys/fs/cgroup/memory.current"));
    let left = most.map(|most| most.saturating_sub(used.unwrap_or(0)) / 1024);
    Some(left.map_or(kernel, |left| left.min(kernel)))
}

fn available_in(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_what_the_kernel_calls_available() {
        let meminfo = "MemTotal:       24666996 kB\nMemAvailable:   21000004 kB\nBuffers: 3 kB\n";
        assert_eq!(available_in(meminfo), Some(21_000_004));
        assert!(memory_kb().is_some() && cores() > 0);
    }
}
