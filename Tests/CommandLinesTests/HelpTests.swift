// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Testing

@Suite("Command line help")
struct HelpTests {
    @Test("a verb's help has usage, texts, tables and examples")
    func verb() {
        #expect(
            SampleCommand.root.helpText(for: ["repo", "create"]) == """
                USAGE: nacre repo create [OPTIONS] NAME

                Makes a bare repository with hooks in place.

                The repository lies in Nacre's home. Push to it over ssh or by its path; every
                push to a watched branch queues a build.

                Push options are on.

                ARGUMENTS:
                  NAME                 its name: letters, digits, dots, dashes and underscores,
                                       of which the first is no dot

                OPTIONS:
                  -b, --branches GLOB  a branch to watch (repeatable; default: main, model)
                  -h, --help           show this help
                      --home DIR       where all state lies (default: ~/.local/state/nacre)

                EXAMPLES:
                  nacre repo create abalone
                      makes repos/abalone.git in Nacre's home
                  nacre repo create abalone -b 'release/*'
                      watches release branches only

                """
        )
    }

    @Test("the program's help lists its commands")
    func program() {
        #expect(
            SampleCommand.root.helpText() == """
                USAGE: nacre [OPTIONS] COMMAND

                Runs the builds of git repositories.

                COMMANDS:
                  build           Runs a buildspec on a working tree
                  repo            Handles repositories
                  lint            Checks buildspecs

                OPTIONS:
                      --home DIR  where all state lies (default: ~/.local/state/nacre)
                  -h, --help      show this help

                """
        )
    }

    @Test(
        "usage lines show what is optional and what repeats",
        arguments: [
            (["build"], "USAGE: nacre build [OPTIONS] [DIR]"), (["lint"], "USAGE: nacre lint [OPTIONS] [FILE…]"),
            (["repo", "remove"], "USAGE: nacre repo remove [OPTIONS] NAME…"),
        ] as [([String], String)]
    )
    func usage(path: [String], line: String) throws {
        #expect(try #require(SampleCommand.root.helpText(for: path)).hasPrefix(line + "\n"))
    }

    @Test("no line is wider than the terminal", arguments: [60, 80, 120])
    func width(columns: Int) throws {
        let text = try #require(SampleCommand.root.helpText(for: ["repo", "create"], width: columns))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    }

    @Test("a verb that is not there has no help")
    func unknown() {
        #expect(SampleCommand.root.helpText(for: ["nothing"]) == nil)
    }
}
