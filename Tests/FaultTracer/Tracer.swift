// SPDX-License-Identifier: Apache-2.0

import CTracing
import Files
import Glibc

/// Runs a program under ptrace(2), counts its operations on files in one order over all threads, and kills at one of them.
struct Tracer: ~Copyable {
    /// A process that is traced, whatever number of threads it has.
    private struct Process {
        /// The last component of its first argument; empty until it has a program of its own.
        var program = ""
        /// Which of the processes with that program it is, from 1.
        var ordinal = 0
        var isWatched = false
    }

    private let options: TracerOptions
    private let report: Descriptor
    private let root: pid_t
    private var processes: [pid_t: Process] = [:]
    /// The process that each thread belongs to.
    private var threads: [pid_t: pid_t] = [:]
    /// What each thread is doing right now.
    private var calls: [pid_t: (call: FileCall, number: Int, isStop: Bool)] = [:]
    private var starts: [String: Int] = [:]
    private var count = 0
    /// How many of those among which the stop is counted there have been.
    private var turn = 0
    private var hasStopped = false
    private var powerCut: PowerCut?

    /// Starts the program.
    init(_ options: TracerOptions) throws(FileError) {
        let report = try Descriptor.open(options.report, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
        let powerCut = try options.cut.map { manner throws(FileError) in try PowerCut(manner, below: options.folder) }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe options.arguments.map { unsafe strdup($0) } + [nil]
        let number = unsafe nacre_trace_start(&words, options.subject != .daemon)
        for index in unsafe words.indices { unsafe free(words[index]) }
        let root = try FileError.checkNegated("ptrace", options.arguments[0], number)
        self.options = options
        self.report = report
        self.root = root
        self.powerCut = powerCut
        threads[root] = root
        processes[root] = Process()
    }

    /// Runs until nothing is traced any more.
    /// - Returns: the program's exit code, 128 and the number of a signal.
    mutating func run() throws(FileError) -> Int32 {
        var code: Int32 = 0
        while true {
            var status: Int32 = 0
            let thread = unsafe nacre_trace_wait(&status)
            if thread < 0 { break }
            var signal: Int32 = 0
            var event: Int32 = 0
            guard unsafe nacre_trace_is_stop(status, &signal, &event) else {
                if thread == root { code = nacre_trace_exit_code(status) }
                calls[thread] = nil
                threads[thread] = nil
                processes[thread] = nil
                continue
            }
            try take(thread, signal, event)
        }
        if hasStopped, var powerCut { try powerCut.fall() }
        powerCut?.close()
        return code
    }

    private mutating func take(_ thread: pid_t, _ signal: Int32, _ event: Int32) throws(FileError) {
        let isNew = threads[thread] == nil
        if isNew { greet(thread) }
        if hasStopped, options.subject == .machine { return kill(thread) }
        if nacre_trace_is_call(signal) {
            try meet(thread)
        } else if nacre_trace_is_exec(event) {
            if !enter(thread) { return nacre_trace_leave(thread) }
        } else if nacre_trace_is_stop_event(event) {
            if !isNew, [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(signal) { return nacre_trace_listen(thread) }
        } else if event == 0 {
            return nacre_trace_go(thread, isWatched(thread), signal)
        }
        nacre_trace_go(thread, isWatched(thread), 0)
    }

    // MARK: - Who

    private func isWatched(_ thread: pid_t) -> Bool {
        threads[thread].flatMap { processes[$0]?.isWatched } ?? false
    }

    /// Takes in a thread that is seen for the first time: one more of a process, or a process without a program yet.
    private mutating func greet(_ thread: pid_t) {
        let status = (try? AtomicFile.read("/proc/\(thread)/status")) ?? []
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Tgid:") }
        let process = line.flatMap { pid_t($0.split(whereSeparator: { $0 == "\t" || $0 == " " }).last ?? "") } ?? thread
        threads[thread] = process
        if processes[process] == nil { processes[process] = Process(isWatched: options.subject == .machine) }
    }

    /// Sees which program a process has now.
    /// - Returns: whether it is to be traced any longer.
    private mutating func enter(_ process: pid_t) -> Bool {
        let line = ((try? AtomicFile.read("/proc/\(process)/cmdline")) ?? []).prefix { $0 != 0 }
        let program = Paths.name(String(decoding: line, as: UTF8.self))
        starts[program, default: 0] += 1
        let ordinal = starts[program] ?? 0
        let isWatched =
            switch options.subject {
            case .daemon: process == root
            case .machine: true
            case .supervisor(let number): program == "nacre-supervisor" && ordinal == number
            }
        processes[process] = Process(program: program, ordinal: ordinal, isWatched: isWatched)
        // Of the others only the daemon starts supervisors.
        if isWatched || process == root { return true }
        threads[process] = nil
        processes[process] = nil
        return false
    }

    // MARK: - What

    /// Looks at a thread that stands at the beginning or end of a system call.
    private mutating func meet(_ thread: pid_t) throws(FileError) {
        var stop = nacre_call_stop()
        guard unsafe nacre_trace_call(thread, &stop) else { return }
        if stop.is_entry {
            guard let call = FileCall(stop, of: thread, below: options.folder) else { return }
            count += 1
            let isStop = try note(call, thread)
            calls[thread] = (call, count, isStop)
            if isStop, !options.isAfter { return try halt(thread) }
            try powerCut?.begin(call, count)
        } else if let (call, number, isStop) = calls.removeValue(forKey: thread) {
            powerCut?.end(call, number, hasSucceeded: stop.result >= 0)
            if isStop, options.isAfter, !hasStopped { try halt(thread) }
        }
    }

    /// Reports a call.
    /// - Returns: whether it is the one to stop at.
    private mutating func note(_ call: FileCall, _ thread: pid_t) throws(FileError) -> Bool {
        let process = threads[thread].flatMap { processes[$0] } ?? Process()
        let subject = call.subject(below: options.folder)
        let sort = CallSort(call, by: process.program, below: options.folder).description
        try report.writeAll("\(count)\t\(process.program):\(process.ordinal)\t\(call.name)\t\(subject)\t\(sort)\n")
        guard options.sort.isEmpty || options.sort == sort else { return false }
        turn += 1
        return turn == options.stop
    }

    /// Kills whose turn it is, at the very place where it stands: the call is not made any more.
    private mutating func halt(_ thread: pid_t) throws(FileError) {
        hasStopped = true
        try report.writeAll("stopped\n")
        if options.subject == .machine {
            for process in processes.keys { kill(process) }
        } else {
            kill(threads[thread] ?? thread)
        }
    }

    private func kill(_ process: pid_t) {
        _ = Glibc.kill(process, SIGKILL)
    }
}
