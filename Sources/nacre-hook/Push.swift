// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What git tells the hook of a push.
struct Push {
    /// The most bytes that a request may have; see Documentation/HookProtocol.md.
    private static let requestLimit = 1 << 20
    /// What is left free for the path, the user and the field names.
    private static let reserve = 16_384
    /// The most bytes that all options together may take.
    private static let optionLimit = 1 << 18
    private static let waitOption = Array("nacre.wait".utf8)
    private static let newline = UInt8(ascii: "\n")

    /// `OLD NEW REF`, as git wrote them, in its order.
    private(set) var updates: [ArraySlice<UInt8>] = []
    /// The values of `git push -o`.
    private(set) var options: [[UInt8]] = []
    /// There were more updates or options than a request holds.
    private(set) var isCut = false

    /// Whether options were given whose effect is lost when the daemon does not hear of them.
    var hasEffects: Bool { options.contains { $0.starts(with: "nacre.".utf8) && $0 != Self.waitOption } }
    /// The pusher wants to follow the builds to their end.
    var waits: Bool { options.contains(Self.waitOption) }

    /// Reads standard input to its end, and the options out of the environment.
    static func read() -> Push {
        var push = Push()
        var size = 0
        let count = min(Surroundings.variable("GIT_PUSH_OPTION_COUNT").flatMap(Int.init) ?? 0, 65_536)
        for index in 0..<max(0, count) {
            guard let option = Surroundings.bytes("GIT_PUSH_OPTION_\(index)") else { continue }
            size += option.count + 8
            if size > optionLimit {
                push.isCut = true
                break
            }
            push.options.append(option)
        }
        let room = requestLimit - reserve - min(size, optionLimit)
        let input = readInput(limit: room)
        push.isCut = push.isCut || input.isCut
        size = 0
        for line in input.bytes.split(separator: newline) where isUpdate(line) {
            size += line.count + 8
            if size > room {
                push.isCut = true
                break
            }
            push.updates.append(line)
        }
        return push
    }

    /// The bytes for the daemon.
    func request(repository: [UInt8]) -> [UInt8] {
        var bytes = Array("NACRE-HOOK 1\n".utf8)
        func field(_ name: StaticString, _ value: some Sequence<UInt8>) {
            bytes += Array(name.description.utf8)
            bytes += value
            bytes.append(0)
        }
        field("repository=", repository)
        for update in updates { field("update=", update) }
        for option in options { field("option=", option) }
        field("user=", Surroundings.user().prefix(256))
        bytes.append(0)
        return bytes
    }

    /// Whether a line is two ids and a name; git writes nothing else, a person trying the hook might.
    private static func isUpdate(_ line: ArraySlice<UInt8>) -> Bool {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        return parts.count == 3 && !line.contains(0) && parts[0].count == parts[1].count
    }

    /// Reads everything, so that git never writes into a closed pipe, and keeps whole lines up to the limit.
    private static func readInput(limit: Int) -> (bytes: [UInt8], isCut: Bool) {
        var bytes: [UInt8] = []
        var isCut = false
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            if isCut { continue }
            bytes += buffer[..<count]
            if bytes.count > limit {
                isCut = true
                bytes.removeSubrange(((bytes[..<limit].lastIndex(of: newline) ?? -1) + 1)...)
            }
        }
        return (bytes: bytes, isCut: isCut)
    }
}
