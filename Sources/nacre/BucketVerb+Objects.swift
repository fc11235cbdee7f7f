// SPDX-License-Identifier: Apache-2.0

import Buckets
import Builds
import CommandLines
import Files
import Glibc

/// Objects in and out.
extension BucketVerb {
    static func put(_ store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let bucket = arguments.required("BUCKET")
        var key = arguments.required("KEY")
        let options = PutOptions(contentType: arguments.string("content-type"), metadata: try metadata(arguments))
        let file = arguments.string("FILE") ?? key
        if arguments.flag("recursive") {
            return try putFolder(file, below: folderPrefix(key), options, store, arguments, context)
        }
        let now = Timestamp.now().milliseconds
        let object: StoredObject
        if file == "-" {
            let input = Descriptor(owning: try FileError.check("dup") { dup(STDIN_FILENO) })
            object = try store.put(input, as: key, in: bucket, options: options, at: now)
        } else {
            if Folder.isFolder(file) {
                throw VerbError(.usage, "\(file) is a folder: `-r` puts what is in it")
            }
            if key.hasSuffix("/"), arguments.string("FILE") != nil { key += Paths.name(file) }
            object = try store.put(fileAt: file, as: key, in: bucket, options: options, at: now)
        }
        context.tellOfChanges()
        if arguments.flag("json") { return try context.writeJSON(BucketView.Object(object, isWhole: false)) }
        context.tell("\(bucket)/\(key) has the version \(object.versionID), \(ByteText.text(object.content.size))")
    }

    private static func putFolder(
        _ folder: String,
        below prefix: String,
        _ options: PutOptions,
        _ store: BucketStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let bucket = arguments.required("BUCKET")
        var objects: [StoredObject] = []
        let files = try FolderFiles(folder)
        for link in files.skipped { context.tell("warning: \(link) is left out: it is no file, or leads to a folder") }
        for path in files.paths {
            objects.append(
                try store.put(
                    fileAt: "\(folder)/\(path)",
                    as: prefix + path,
                    in: bucket,
                    options: options,
                    at: Timestamp.now().milliseconds
                )
            )
        }
        context.tellOfChanges()
        if arguments.flag("json") {
            return try context.writeJSON(
                Dictionary(objects.map { ($0.key, BucketView.Object($0, isWhole: false)) }) { $1 }
            )
        }
        context.tell("\(objects.count) \(objects.count == 1 ? "file is" : "files are") in \(bucket)/\(prefix)")
    }

    static func get(_ store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let (bucket, key) = (arguments.required("BUCKET"), arguments.required("KEY"))
        if arguments.flag("recursive") {
            let prefix = folderPrefix(key)
            let objects = try all(store, bucket, prefix: prefix).objects
            if objects.isEmpty { throw nothing(below: prefix, bucket) }
            let folder = try context.absolute(arguments.string("FILE") ?? ".")
            try store.write(objects, below: prefix, into: folder)
            if !arguments.flag("json") {
                return context.tell("\(objects.count) \(objects.count == 1 ? "object is" : "objects are") in \(folder)")
            }
            return try context.writeJSON(
                Dictionary(objects.map { ($0.key, BucketView.Object($0, isWhole: true)) }) { $1 }
            )
        }
        let object = try store.head(key, version: arguments.string("version"), in: bucket)
        if arguments.string("FILE") == "-" { return try write(object, of: store) }
        let file = try target(arguments.string("FILE"), for: key)
        try store.write(object, to: file)
        if arguments.flag("json") { return try context.writeJSON(BucketView.Object(object, isWhole: true)) }
        context.tell("\(file) is \(bucket)/\(key), version \(object.versionID)")
    }

    static func remove(_ store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let (bucket, key) = (arguments.required("BUCKET"), arguments.required("KEY"))
        let now = Timestamp.now().milliseconds
        var removed: [ObjectVersion] = []
        if arguments.flag("recursive") {
            if arguments.string("version") != nil {
                throw arguments.error("version", "names a version of one object; it cannot go with '--recursive'")
            }
            let prefix = folderPrefix(key)
            for object in try all(store, bucket, prefix: prefix).objects {
                removed.append(try store.remove(object.key, in: bucket, at: now))
            }
            if removed.isEmpty { throw nothing(below: prefix, bucket) }
        } else if let version = arguments.string("version") {
            removed.append(try store.remove(key, version: version, in: bucket, at: now))
        } else {
            removed.append(try store.remove(key, in: bucket, at: now))
        }
        context.tellOfChanges()
        if arguments.flag("json") {
            if !arguments.flag("recursive"), let version = removed.first {
                return try context.writeJSON(BucketView.Deleted(version))
            }
            return try context.writeJSON(Dictionary(removed.map { ($0.key, BucketView.Deleted($0)) }) { $1 })
        }
        for version in removed {
            let how = version.isDeleteMarker ? "is removed; its versions stay" : "is removed"
            context.tell("\(bucket)/\(version.key) \(how)")
        }
    }

    /// Writes to standard output, after all bytes have been checked.
    static func write(_ object: StoredObject, of store: BucketStore) throws {
        let input = try store.open(object)
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try FileError.check("read") {
                unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(input.number, $0.baseAddress, $0.count) }
            }
            if count == 0 { return }
            BorrowedOutput.standardOutput.write(bytes[..<count])
        }
    }

    // MARK: - What was typed

    /// The key as that of a folder; nothing for the whole bucket, whose keys need no `/` in front.
    private static func folderPrefix(_ key: String) -> String {
        if key.isEmpty || key == "/" || key == "." { return "" }
        return key.hasSuffix("/") ? key : key + "/"
    }

    private static func nothing(below prefix: String, _ bucket: String) -> VerbError {
        VerbError(.notFound, "there is no object below '\(prefix)' in the bucket '\(bucket)'")
    }

    /// The file that an object goes to: the one named, one of the key's last name in the folder named, or here.
    private static func target(_ file: String?, for key: String) throws -> String {
        if let file, !file.hasSuffix("/"), !Folder.isFolder(file) { return file }
        let name = Paths.name(key)
        if key.hasSuffix("/") || name == "." || name == ".." {
            throw VerbError(.usage, "the key '\(key)' ends in no file's name: say which FILE it goes to")
        }
        return file.map { $0.hasSuffix("/") ? $0 + name : "\($0)/\(name)" } ?? name
    }

    private static func metadata(_ arguments: ParsedArguments) throws -> [String: String] {
        var result: [String: String] = [:]
        for text in arguments.all("metadata") {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw arguments.error("metadata", "must be NAME=VALUE, not '\(text)'")
            }
            result[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return result
    }
}
