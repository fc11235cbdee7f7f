// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Files
import Glibc

/// The command line of Nacre.
@main
struct Nacre {
    static func main() {
        StandardDescriptors.open()
        exit(NacreCommand.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
