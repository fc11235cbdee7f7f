// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

extension BucketStore {
    /// Writes an object to a file, checked, whole or not at all.
    /// - Parameters:
    ///   - object: what is written.
    ///   - path: the file; one that is there is replaced.
    /// - Throws: `damaged`, `diskFull`, `inaccessible`.
    package func write(_ object: StoredObject, to path: String) throws(BucketError) {
        let number = try open(object).release()
        do throws(FileError) {
            try FileMove.copy(Descriptor(owning: number), to: path)
        } catch {
            throw BucketError(error)
        }
    }

    /// Writes objects below a folder, each where its key says, less a prefix; keys that end in `/` become folders.
    ///
    /// No key leads out of the folder, and no symbolic link in it is followed. All keys are looked at before the first
    /// object is written.
    /// - Parameters:
    ///   - objects: their keys begin with the prefix.
    ///   - prefix: what the files' paths do not have of the keys.
    ///   - folder: is made where it is missing.
    /// - Throws: `invalidArgument` for a key that cannot be a path in the folder; `damaged`, `diskFull`, `inaccessible`.
    package func write(
        _ objects: [StoredObject],
        below prefix: String,
        into folder: String
    ) throws(BucketError) {
        var paths: [[[UInt8]]] = []
        for object in objects {
            let rest = String(decoding: Array(object.key.utf8).dropFirst(prefix.utf8.count), as: UTF8.self)
            // The prefix itself, an object that stands for the folder.
            paths.append(rest.isEmpty ? [] : try ObjectKey.components(rest, of: object.key))
        }
        do throws(FileError) { try Folder.make(folder) } catch { throw BucketError(error) }
        for (object, names) in zip(objects, paths) {
            let isFolder = object.key.utf8.last == UInt8(ascii: "/")
            let number = isFolder ? nil : try open(object).release()
            do throws(FileError) {
                let parent = try Self.folder(folder, isFolder ? names[...] : names.dropLast())
                if let number, let name = names.last {
                    try Self.write(Descriptor(owning: number), to: name, in: parent)
                }
            } catch {
                throw BucketError(
                    BucketError(error).code,
                    "the object '\(object.key)' cannot be written below \(folder): \(error.reason)"
                )
            }
        }
    }

    private static func folder(_ path: String, _ names: ArraySlice<[UInt8]>) throws(FileError) -> Directory {
        var result = try Directory(path)
        for name in names { result = try result.makeDirectory(name) }
        return result
    }

    private static func write(
        _ input: consuming Descriptor,
        to name: [UInt8],
        in folder: borrowing Directory
    ) throws(FileError) {
        // Short, as the name itself may have all the bytes that a name can have.
        let temporary = Array(".nacre-\(getpid())-\(UInt32.random(in: 0 ... .max))".utf8)
        do throws(FileError) {
            let output = try folder.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
            while try FileError.check("sendfile", nil, { sendfile(output.number, input.number, nil, 1 << 30) }) > 0 {}
            try folder.rename(temporary, to: name)
        } catch {
            _ = try? folder.unlink(temporary)
            throw error
        }
    }
}
