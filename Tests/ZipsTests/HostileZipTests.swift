// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Zips

/// Archives as an attacker makes them, by Python's `zipfile`, which writes any name.
@Suite("Hostile zips", .scratchDirectory, .needs(.python3))
struct HostileZipTests {
    private func make(_ body: String) throws -> String {
        let script = """
            import zipfile, stat, struct
            def link(z, name, target):
                i = zipfile.ZipInfo(name); i.create_system = 3; i.external_attr = 0o120777 << 16
                z.writestr(i, target)
            def patch(old, new):
                b = open('h.zip', 'rb').read(); assert old in b
                open('h.zip', 'wb').write(b.replace(old, new))
            with zipfile.ZipFile('h.zip', 'w') as z:
                z.writestr('first', 'x')
            \(body)
            """
        try Tool.python3.run(["-W", "ignore", "-c", script], in: ScratchDirectory.path)
        return ScratchDirectory.path + "/h.zip"
    }

    private func failure(of body: String) throws -> ZipError {
        let path = try make(body)
        let parent = ScratchDirectory.path + "/parent"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let error = try #require(throws: ZipError.self) { try ZipArchive(path).unpack(to: parent + "/in") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent).filter { $0 != "in" } == [])
        return error
    }

    @Test(
        "a name that leads outside is refused and named",
        arguments: [
            "../evil", "/tmp/evil", "a/../../evil", "a//b", "./a", "..\\\\evil", "a\\\\..\\\\..\\\\b", "C:\\\\evil",
            "a/./b",
            "..", "\\\\evil",
        ]
    )
    func traversal(name: String) throws {
        let error = try failure(of: "    z.writestr('\(name)', 'x')")
        #expect(error.code == .unsafePath)
        #expect(error.path == name.replacingOccurrences(of: "\\\\", with: "\\"))
    }

    @Test("a name of folders within folders without end is refused")
    func tooDeep() throws {
        let error = try failure(of: "    z.writestr('a/' * 257 + 'x', 'x')")
        #expect(error.code == .unsafePath)
        #expect(error.message.contains("more than 256 folders"))
    }

    @Test(
        "a link that leads outside is refused and not made",
        arguments: ["/etc", "..", "../x", "a/../../x", "../../x", "first/../../x", "/", "a/.."]
    )
    func links(target: String) throws {
        let error = try failure(of: "    link(z, 'link', '\(target)')")
        #expect(error.code == .unsafePath && error.path == "link")
        #expect(throws: (any Error).self) {
            try FileManager.default.destinationOfSymbolicLink(atPath: ScratchDirectory.path + "/parent/in/link")
        }
    }

    @Test("a file behind a link of the same archive is refused, in either order")
    func throughLink() throws {
        let first = try failure(of: "    link(z, 'd', 'first'); z.writestr('d/evil', 'x')")
        #expect(first == ZipError(.duplicatePath, "d/evil", "it lies inside 'd', which is not a folder"))
        let second = try failure(of: "    z.writestr('d/evil', 'x'); link(z, 'd', 'first')")
        #expect(second.code == .duplicatePath)
    }

    @Test(
        "duplicate names are refused",
        arguments: [
            "z.writestr('a', 'x'); z.writestr('a', 'y')", "z.writestr('a', 'x'); z.writestr('a/', '')",
            "z.writestr('a/', ''); z.writestr('a/', '')", "z.writestr('a', 'x'); z.writestr('a/b/', '')",
        ]
    )
    func duplicates(body: String) throws {
        #expect(try failure(of: "    " + body).code == .duplicatePath)
    }

    @Test("a device or pipe is refused")
    func special() throws {
        let body =
            "    i = zipfile.ZipInfo('p'); i.create_system = 3; i.external_attr = 0o010644 << 16; z.writestr(i, '')"
        #expect(try failure(of: body).code == .unsupported)
    }

    @Test("encryption and other methods are refused by name")
    func unsupported() throws {
        let bzip = try failure(of: "    z.writestr('b', 'x' * 100, zipfile.ZIP_BZIP2)")
        #expect(bzip == ZipError(.unsupported, "b", "compression method 12 is not supported"))
        let encrypted = try failure(
            of: """
                b = bytearray(open('h.zip', 'rb').read()); b[b.find(b'PK\\1\\2') + 8] |= 1
                open('h.zip', 'wb').write(b)
                """
        )
        #expect(encrypted == ZipError(.unsupported, "first", "it is encrypted"))
    }

    @Test("a size that lies is found out", arguments: [0, 5, 999, 1_001, 500_000])
    func sizes(size: Int) throws {
        let error = try failure(
            of: """
                with zipfile.ZipFile('h.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('a', b'abcdefghij' * 100)
                patch(struct.pack('<L', 1000), struct.pack('<L', \(size)))
                """
        )
        #expect(error.code == .invalidArchive && error.path == "a")
    }

    @Test("damaged content is found out")
    func damage() throws {
        let error = try failure(
            of: """
                with zipfile.ZipFile('h.zip', 'w') as z: z.writestr('a', b'some content')
                patch(b'some content', b'same content')
                """
        )
        #expect(error.code == .checksumMismatch && error.path == "a")
    }

    @Test("a header that contradicts the directory is found out")
    func contradiction() throws {
        let error = try failure(
            of: """
                b = open('h.zip', 'rb').read(); open('h.zip', 'wb').write(b.replace(b'first', b'other', 1))
                """
        )
        #expect(error == ZipError(.invalidArchive, "first", "its header contradicts the directory"))
    }

    @Test("entries that share their data, as bombs do, are refused")
    func overlap() throws {
        let error = try failure(
            of: """
                with zipfile.ZipFile('h.zip', 'w') as z: z.writestr('a', 'x' * 50); z.writestr('b', 'x' * 50)
                b = bytearray(open('h.zip', 'rb').read()); p = b.rfind(b'PK\\1\\2')
                b[p + 42:p + 46] = struct.pack('<L', 0)
                open('h.zip', 'wb').write(b)
                """
        )
        #expect(error.code == .invalidArchive)
    }

    @Test("a name that is not UTF-8 is refused")
    func notUTF8() throws {
        let error = try failure(of: "patch(b'first', b'fir\\xffs')")
        #expect(error.code == .unsafePath)
    }

    @Test(
        "what is no archive is said to be none",
        arguments: ["", "x", "PK\\x05\\x06", "PK\\x03\\x04" + "AAAAAAAAAAAAAAAAAAAAAAAAAA"]
    )
    func noArchive(content: String) throws {
        let error = try failure(of: "open('h.zip', 'wb').write(b'\(content)')")
        #expect(error == ZipError(.invalidArchive, nil, "not a zip archive: it has no end record"))
    }
}
