// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A date that the test can move, for programs that are linked dynamically.
///
/// It is a small library that is loaded before the C library and adds a number of seconds, read from a file, to the time of day;
/// time that only ever goes forward is left alone. Nobody can set the machine's own clock for one process.
struct ShiftedClock {
    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile int64_t *shift;

        __attribute__((constructor)) static void begin(void) {
            const char *path = getenv("SHIFTED_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *memory = mmap(0, 2 * sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
            close(file);
            if (memory != MAP_FAILED) shift = memory;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && shift) {
                if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += shift[0];
                if (clock == CLOCK_BOOTTIME) time->tv_sec += shift[1];
            }
            return result;
        }

        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        """

    private let path = "\(ScratchDirectory.path)/clock"

    /// Makes the library with the compiler that the package needs anyway.
    init() throws {
        try shift(seconds: 0)
        let folders = (Program.path["PATH"] ?? "").split(separator: ":")
        let compiler = ["clang", "cc", "gcc"].first { name in
            folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
        let made = try Program.run(
            compiler ?? "clang",
            ["-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", "\(path).so"],
            environment: Program.path,
            input: Array(Self.source.utf8)
        )
        guard made.status == 0 else { throw Program.Failure(description: "\(made)") }
    }

    /// What the program gets.
    var environment: [String: String] { ["LD_PRELOAD": "\(path).so", "SHIFTED_CLOCK": path] }

    /// How far the date is from the machine's own, from now on.
    /// - Parameters:
    ///   - seconds: to be added to the date.
    ///   - asleep: how many of them the machine seems to have slept; the date was not set for these.
    /// - Throws: when the file cannot be written.
    func shift(seconds: Int64, asleep: Int64 = 0) throws {
        let bytes = Data(
            [seconds, asleep].flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
        )
        // Written over, as programs have it mapped.
        if let file = FileHandle(forWritingAtPath: path) {
            try file.write(contentsOf: bytes)
            try file.close()
        } else {
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }
}
