// SPDX-License-Identifier: Apache-2.0

import Builds
import Control
import Files
import Glibc
import Secrets

/// How the verbs of parameters and secrets come to the store; no daemon is needed.
extension VerbContext {
    /// Who is said to have changed something.
    var user: String {
        [environment["USER"], environment["LOGNAME"]].lazy.compactMap { $0 }.first { !$0.isEmpty } ?? "uid \(geteuid())"
    }

    /// The store, made where there is none.
    func secretStore() throws -> SecretStore {
        try Folder.make(home.path, mode: 0o700)
        return try SecretStore(path: home.secrets, keyPath: home.secretsKey)
    }
}
