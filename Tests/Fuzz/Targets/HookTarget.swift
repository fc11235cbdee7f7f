// SPDX-License-Identifier: Apache-2.0

internal import Repositories

/// Bytes on the hook's socket are a whole request or none.
struct HookTarget: FuzzTarget {
    let name = "hook"
    let seeds = [
        "NACRE-HOOK 1\nrepository=/srv/app.git\0update=\(String(repeating: "0", count: 40)) \(String(repeating: "a1", count: 20)) "
            + "refs/heads/main\0update=\(String(repeating: "b", count: 40)) \(String(repeating: "0", count: 40)) refs/tags/v1\0"
            + "option=nacre.skip\0option=a=b\0user=ada\0\0",
        "NACRE-HOOK 1\nrepository=/r\0user=\0\0",
    ].map { Array($0.utf8) }
    let words = [
        "NACRE-HOOK 1\n", "repository=/", "update=", "option=", "user=", "\0", "\0\0", "refs/heads/",
        String(repeating: "f", count: 40), " ", "=",
        "refs/heads/;rm -rf ~", "refs/../x", "\u{1B}]0;x\u{07}",
    ]

    func check(_ input: [UInt8]) throws {
        let request: HookRequest
        do throws(RepositoriesError) {
            request = try HookRequest(decoding: input)
        } catch {
            return try FuzzFailure.unless(error.code == .invalidRequest, "it is refused with \(error)")
        }
        try FuzzFailure.unless(request.repository.hasPrefix("/"), "a repository without a place")
        for update in request.updates {
            try FuzzFailure.unless(
                update.name.starts(with: "refs/".utf8) && update.name.allSatisfy { $0 > 0x20 && $0 != 0x7F },
                "a ref that git does not allow: \(update.name)"
            )
        }
        let again = try HookRequest(decoding: request.encode())
        try FuzzFailure.unless(again == request, "it comes back as something else: \(again)")
        var generator = SeededGenerator(hashing: input)
        for _ in 0..<8 {
            let half = Array(input.prefix(generator.number(below: input.count)))
            try FuzzFailure.unless(
                (try? HookRequest(decoding: half)) == nil,
                "half of it, \(half.count) bytes, is taken"
            )
        }
    }
}
