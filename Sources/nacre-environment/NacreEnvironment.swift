// SPDX-License-Identifier: Apache-2.0

import Environments
import Files
import Glibc

/// `nacre-environment FOLDER`: serves the one environment of a folder.
///
/// Started by whoever needs it, as `nacre-environment --detach FOLDER` with the folder's lock as descriptor 3; not for
/// people.
@main
struct NacreEnvironment {
    static func main() {
        StandardDescriptors.open()
        exit(EnvironmentProgram.run(Array(CommandLine.arguments.dropFirst())))
    }
}
