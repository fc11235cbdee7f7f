// SPDX-License-Identifier: Apache-2.0

internal import Ciphers
internal import SQLite

/// The machine's own parameters and secrets: what SSM's Parameter Store and Secrets Manager are on AWS.
///
/// Every operation is one transaction. Several stores on one file, in one process or many, see each other's writes and wait for
/// each other. It blocks, and is meant for one owner.
///
/// Instants are milliseconds since 1970, UTC, and are given by the caller.
package final class SecretStore {
    private let database: Database
    private let key: SealingKey

    /// Opens the store, or makes one, with its key, where there is none.
    /// - Parameters:
    ///   - path: absolute path of the database; its folder must exist.
    ///   - keyPath: absolute path of the key's file.
    /// - Throws: `key` when the key is missing, wrong, or can be read by others; otherwise for the file's reasons.
    package convenience init(path: String, keyPath: String) throws(SecretError) {
        let file = SecretFile(path: path, keyPath: keyPath)
        if try !file.exists() { try file.make() }
        try self.init(file)
    }

    /// Opens the store that is there; nil where there is none, and nothing is made.
    package static func existing(path: String, keyPath: String) throws(SecretError) -> SecretStore? {
        let file = SecretFile(path: path, keyPath: keyPath)
        return try file.exists() ? try SecretStore(file) : nil
    }

    private init(_ file: SecretFile) throws(SecretError) {
        (database, key) = try file.open()
    }

    // MARK: - For the operations

    /// Runs a writing operation in a transaction, which is rolled back when it throws.
    func write<Value>(_ body: (Database) throws(SecretError) -> Value) throws(SecretError) -> Value {
        var failure: SecretError?
        do throws(SQLiteError) {
            return try database.transaction { () throws(SQLiteError) in
                do throws(SecretError) {
                    return try body(database)
                } catch {
                    failure = error
                    throw SQLiteError(code: 4, message: "rolled back")
                }
            }
        } catch {
            throw failure ?? SecretError(error, path: database.path)
        }
    }

    /// Runs statements.
    @discardableResult
    func run<Value>(_ body: (Database) throws(SQLiteError) -> Value) throws(SecretError) -> Value {
        do throws(SQLiteError) {
            return try body(database)
        } catch {
            throw SecretError(error, path: database.path)
        }
    }

    func seal(_ value: String, for purpose: String) throws(SecretError) -> [UInt8] {
        do throws(CipherError) {
            return try key.seal(Array(value.utf8), for: purpose)
        } catch {
            throw SecretError(error)
        }
    }

    /// Opens a value.
    ///
    /// * `name`: what it is the value of, for the message.
    func open(_ sealed: [UInt8], for purpose: String, of name: String) throws(SecretError) -> String {
        do throws(CipherError) {
            return String(decoding: try key.open(sealed, for: purpose), as: UTF8.self)
        } catch {
            throw SecretError(.damaged, "the value of \(name) in \(database.path) is damaged: \(error)")
        }
    }
}
