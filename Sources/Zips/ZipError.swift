// SPDX-License-Identifier: Apache-2.0

package import Files

/// A zip archive that could not be written or read.
package struct ZipError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why; stable, for tests and for callers that tell cases apart.
    package enum Code: Hashable, Sendable {
        /// Not a zip archive, or a broken or contradictory one.
        case invalidArchive
        /// A form of zip that is not read: encryption, other methods, several disks.
        case unsupported
        /// An entry's name, or where a link leads, that could reach outside the folder or means different things to others.
        case unsafePath
        /// Two entries of one name, or one inside another that is a file.
        case duplicatePath
        /// The content does not have the sum that the archive names.
        case checksumMismatch
        /// More entries, bytes or compression than the caller allows.
        case limitExceeded
        /// A file that changed or vanished while it was read.
        case sourceChanged
        /// A device, pipe, socket or directory where a file was asked for.
        case notAFile
        /// The caller does not want it any more.
        case stopped
        /// The system refused a call; see `cause`.
        case system
    }

    package let code: Code
    /// The entry or file concerned, control characters escaped; nil where it is the archive as a whole.
    package let path: String?
    /// One sentence for a person, without the path.
    package let message: String
    /// The system call behind it, if any.
    package let cause: FileError?

    package init(_ code: Code, _ path: String?, _ message: String, cause: FileError? = nil) {
        self.code = code
        self.path = path.map(Self.escaped)
        self.message = message
        self.cause = cause
    }

    /// A call that failed, on an entry or, with nil, on what the call was about.
    init(_ path: String?, _ cause: FileError) {
        self.init(.system, path ?? cause.path, "\(cause.reason) (\(cause.function))", cause: cause)
    }

    static let stopped = ZipError(.stopped, nil, "it was stopped")

    /// `path: message`.
    package var description: String {
        if let path { "\(path): \(message)" } else { message }
    }

    /// Makes a name safe to print: control characters and bytes that are not UTF-8 as `\xNN`.
    package static func escaped(_ name: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var result = String.UnicodeScalarView()
        var rest = Array(name)[...]
        func appendHex(_ byte: UInt8) {
            result.append(contentsOf: ["\\", "x", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }
        while let first = rest.first {
            var iterator = rest.makeIterator()
            var decoder = UTF8()
            if case .scalarValue(let scalar) = decoder.decode(&iterator), !isControl(scalar) {
                result.append(scalar)
                rest = rest.dropFirst(String(scalar).utf8.count)
            } else {
                appendHex(first)
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }

    private static func escaped(_ path: String) -> String {
        path.unicodeScalars.contains(where: isControl) ? escaped(path.utf8) : path
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
