//! What the kernel says of this process, by the names that all programs use for it.

use std::fs;

use prometheus::proto::MetricFamily;

use super::families::{Counter, Family, Gauge};

/// What the kernel counts processor time in, towards programs: hundredths of a second on all systems that have /proc.
const TICKS: f64 = 100.0;

/// What is told of this process; nothing where there is no /proc.
pub fn families() -> Vec<MetricFamily> {
    let mut told = Vec::new();
    if let Some(stat) = Stat::read() {
        told.push(one::<Counter>(
            "process_cpu_seconds_total",
            "Processor time, in seconds.",
            Some(stat.cpu),
        ));
        told.push(one::<Gauge>(
            "process_start_time_seconds",
            "When it was started, in seconds since 1970.",
            stat.start.zip(boot()).map(|(start, boot)| start + boot),
        ));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = |name| field(&status, name).map(|kib| kib * 1024.0);
    told.extend([
        one::<Gauge>(
            "process_resident_memory_bytes",
            "Memory that it has.",
            kib("VmRSS:"),
        ),
        one::<Gauge>(
            "process_virtual_memory_bytes",
            "Memory that it may ask for.",
            kib("VmSize:"),
        ),
        one::<Gauge>(
            "process_threads",
            "Its threads.",
            field(&status, "Threads:"),
        ),
        one::<Gauge>("process_open_fds", "Its open files.", open_files()),
        one::<Gauge>("process_max_fds", "As many as it may have.", most_files()),
    ]);
    told.into_iter().flatten().collect()
}

fn one<K: super::families::Kind>(
    name: &str,
    help: &str,
    value: Option<f64>,
) -> Option<MetricFamily> {
    let mut family = Family::new::<K>(name, help, &[]);
    family.set(&[], value?);
    family.finish()
}

/// Of `/proc/self/stat`, in seconds.
struct Stat {
    cpu: f64,
    /// Since the machine was started.
    start: Option<f64>,
}

impl Stat {
    fn read() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The second field is a name in parentheses, which may have blanks in it.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<_> = fields.split_ascii_whitespace().collect();
        // Counted from 3 in proc(5): utime is 14, stime 15, starttime 22.
        let ticks = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        Some(Self {
            cpu: (ticks(14)? + ticks(15)?) / TICKS,
            start: ticks(22).map(|start| start / TICKS),
        })
    }
}

/// When the machine was started, in seconds since 1970.
fn boot() -> Option<f64> {
    field(&fs::read_to_string("/proc/stat").ok()?, "btime")
}

fn open_files() -> Option<f64> {
    // The directory itself is one of them while it is read.
    let count = fs::read_dir("/proc/self/fd").ok()?.count();
    u32::try_from(count.saturating_sub(1)).ok().map(f64::from)
}

fn most_files() -> Option<f64> {
    field(
        &fs::read_to_string("/proc/self/limits").ok()?,
        "Max open files",
    )
}

/// The first number behind the name of a line.
fn field(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_the_first_number_behind_its_name() {
        let status = "Name:\thooksieve\nVmRSS:\t  5120 kB\nThreads:\t4\n";
        assert_eq!(field(status, "VmRSS:"), Some(5120.0));
        assert_eq!(field(status, "Threads:"), Some(4.0));
        assert_eq!(field(status, "Name:"), None);
        assert_eq!(field(status, "VmSize:"), None);
    }
}
