// SPDX-License-Identifier: Apache-2.0

import CTracing
import Files
import Glibc

/// Reads the arguments of a system call out of the thread that makes it.
struct CallReader {
    let stop: nacre_call_stop
    let thread: pid_t

    func argument(_ index: Int32) -> UInt64 {
        let all = stop.arguments
        switch index {
        case 0: return all.0
        case 1: return all.1
        case 2: return all.2
        case 3: return all.3
        case 4: return all.4
        default: return all.5
        }
    }

    /// The absolute path that two arguments name, links in the folders above the last name resolved.
    ///
    /// `folder` is the argument with a folder's descriptor, -1 where the present folder is meant.
    func path(_ folder: Int32, _ path: Int32) -> String? {
        let address = argument(path)
        let number = folder < 0 ? AT_FDCWD : Int32(truncatingIfNeeded: argument(folder))
        let base = number == AT_FDCWD ? "/proc/\(thread)/cwd" : "/proc/\(thread)/fd/\(number)"
        if address == 0 { return Paths.real(base) }
        guard let text = text(at: address) else { return nil }
        let whole = text.hasPrefix("/") ? text : "\(base)/\(text)"
        let trimmed = whole.count > 1 && whole.hasSuffix("/") ? String(whole.dropLast()) : whole
        guard let parent = Paths.real(Paths.parent(trimmed)) else { return nil }
        return "\(parent)/\(Paths.name(trimmed))"
    }

    private func text(at address: UInt64) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        // Not across the end of a page behind which there may be nothing.
        var count = 0
        while count < bytes.count {
            let start = address + UInt64(count)
            let room = min(bytes.count - count, 4096 - Int(start % 4096))
            let read = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe nacre_trace_read(thread, start, buffer.baseAddress.map { unsafe $0 + count }, UInt(room))
            }
            if read <= 0 { return nil }
            if let end = bytes[count..<(count + read)].firstIndex(of: 0) {
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
            count += read
        }
        return nil
    }
}
