// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// The argument by which most verbs name a build.
enum BuildArgument {
    static let description = ArgumentDescription(
        "ID",
        help: "an id, the beginning of its UUID, PROJECT#NUMBER, a project's name or `latest` for the newest"
    )

    static func name(_ arguments: ParsedArguments) -> String { arguments.required("ID") }
}
