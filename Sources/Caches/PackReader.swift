// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import JSON
internal import Zips

/// An open pack.
///
/// It holds a shared lock, so that nobody evicts what is being read.
struct PackReader: ~Copyable {
    static let startMark = Array("NACREPK1".utf8)
    static let endMark = Array("NACREEND".utf8)
    /// The manifest's length and sum, and the mark.
    private static let footerBytes = 16
    /// Bytes of a description, and of a table of contents: of some eight million files.
    private static let manifestLimit = 1 << 20
    private static let indexLimit = 512 << 20

    let manifest: PackManifest
    let file: Descriptor
    /// Tells the file from one that takes its name later.
    let inode: UInt

    /// Opens a pack and reads its manifest; whether the rest is undamaged, `folders` tells.
    /// - Returns: nil where there is none, or it is being removed.
    /// - Throws: `damaged`, `system`.
    static func open(_ path: String) throws(CacheError) -> PackReader? {
        guard let file = try openFile(path) else { return nil }
        if nacre_try_lock(file.number, false) != 0 { return nil }
        let status = try CacheError.system { () throws(FileError) in try file.status() }
        if status.st_nlink == 0 { return nil }
        return try read(file, status)
    }

    private static func openFile(_ path: String) throws(CacheError) -> Descriptor? {
        do throws(FileError) {
            return try ForeignFile.open(path)
        } catch {
            if error.isMissing { return nil }
            if error.isNoFile { throw CacheError(.damaged, "it is no file") }
            throw CacheError(error)
        }
    }

    private static func read(_ file: consuming Descriptor, _ status: stat) throws(CacheError) -> PackReader {
        let manifest = try manifest(of: file, size: Int(status.st_size))
        return PackReader(manifest: manifest, file: file, inode: status.st_ino)
    }

    private init(manifest: PackManifest, file: consuming Descriptor, inode: UInt) {
        self.manifest = manifest
        self.file = file
        self.inode = inode
    }

    /// Checks every byte, and reads the table of contents.
    ///
    /// * `pathCount`: how many paths the cache has.
    ///
    /// - Throws: `damaged`, `system`.
    func folders(pathCount: Int) throws(CacheError) -> [PackFolder] {
        guard try PackChecksum.compute(file, count: manifest.indexEnd) == manifest.checksum else {
            throw CacheError(.damaged, "its checksum is wrong")
        }
        let index = try Self.read(file, from: manifest.indexOffset, to: manifest.indexEnd)
        return try PackIndex.decode(index, end: manifest.indexOffset, pathCount: pathCount)
    }

    static func checksum(of bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.update(0, $0) }
    }

    private static func manifest(of file: borrowing Descriptor, size: Int) throws(CacheError) -> PackManifest {
        let cut = CacheError(.damaged, "its file is cut off")
        guard size > footerBytes else { throw cut }
        let footer = try read(file, from: size - footerBytes, to: size)
        guard footer.suffix(endMark.count).elementsEqual(endMark) else { throw cut }
        let length = Int(number(footer[..<4]))
        let end = size - footerBytes
        guard length <= min(end, manifestLimit) else { throw cut }
        let text = try read(file, from: end - length, to: end)
        guard checksum(of: text) == number(footer[4..<8]),
            let manifest = try? JSONText.decode(PackManifest.self, from: text),
            manifest.format == PackManifest.currentFormat,
            manifest.indexEnd == end - length, manifest.isPossible,
            manifest.indexEnd - manifest.indexOffset <= indexLimit
        else { throw CacheError(.damaged, "its description cannot be read") }
        return manifest
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func read(_ file: borrowing Descriptor, from start: Int, to end: Int) throws(CacheError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: end - start)
        let count = try fill(&result, file.number, from: start, count: end - start)
        if count < end - start { throw CacheError(.damaged, "its file is cut off") }
        return result
    }

    /// Reads bytes at an offset into the start of a buffer.
    /// - Returns: how many there were.
    static func fill(
        _ buffer: inout [UInt8],
        _ number: Int32,
        from start: Int,
        count: Int
    ) throws(CacheError) -> Int {
        var done = 0
        while done < count {
            let begin = done
            let got = try CacheError.system { () throws(FileError) in
                try FileError.check("pread") {
                    unsafe buffer.withUnsafeMutableBytes { bytes in
                        unsafe pread(number, bytes.baseAddress.map { unsafe $0 + begin }, count - begin, start + begin)
                    }
                }
            }
            if got == 0 { break }
            done += got
        }
        return done
    }
}
