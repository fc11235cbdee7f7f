// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Metrics

/// The daemon as a process, under the names that all of Prometheus's clients use.
enum ProcessNumbers {
    static func families(startedAt: Double) -> [MetricFamily] {
        let memory = statm()
        var limit = rlimit()
        let hasLimit = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return [
            MetricFamily(.counter, "process_cpu_seconds_total", "CPU time of the daemon, in both modes.", cpuSeconds()),
            MetricFamily(.gauge, "process_resident_memory_bytes", "Resident memory of the daemon.", memory?.resident),
            MetricFamily(.gauge, "process_virtual_memory_bytes", "Virtual memory of the daemon.", memory?.virtual),
            MetricFamily(.gauge, "process_open_fds", "Open descriptors of the daemon.", openDescriptors()),
            MetricFamily(.gauge, "process_max_fds", "How many it may have.", hasLimit ? Double(limit.rlim_cur) : nil),
            MetricFamily(.gauge, "process_start_time_seconds", "When it began, since 1970.", startedAt),
        ]
    }

    private static func cpuSeconds() -> Double? {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return seconds + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// Pages in all, and those that are resident: the first two numbers of the file.
    private static func statm() -> (virtual: Double, resident: Double)? {
        guard let bytes = try? AtomicFile.read("/proc/self/statm", limit: 4096) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Double($0) }
        guard numbers.count >= 2 else { return nil }
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        return (numbers[0] * page, numbers[1] * page)
    }

    /// Without the one that looks.
    private static func openDescriptors() -> Double? {
        (try? DirectoryListing.names(of: "/proc/self/fd")).map { Double($0.count - 1) }
    }
}
