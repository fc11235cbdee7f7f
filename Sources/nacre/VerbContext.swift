// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Glibc
import JSON
import Processes

/// What the verbs have in common: where they write, which home is meant, where the other programs are.
struct VerbContext {
    let environment = ProcessEnvironment.current()
    /// Results.
    let output = BorrowedOutput.standardOutput
    /// Talk.
    let errors = BorrowedOutput.standardError

    /// The width of the terminal; 80 where the output is none.
    var columns: Int { max(40, Terminal.columns(STDOUT_FILENO) ?? 80) }
    /// Whether results go to a person's screen.
    var isTerminal: Bool { Terminal.columns(STDOUT_FILENO) != nil }
    /// Whether colours are welcome in results.
    var usesColor: Bool { isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb" }

    var home: Home { Home.standard(environment) }

    /// The home that `--home` names, where the verb has that, else the standard one.
    func home(_ arguments: ParsedArguments) throws -> Home {
        guard arguments.isDeclared("home"), let path = arguments.string("home") else { return home }
        return Home.standard(["NACRE_HOME": try absolute(path)])
    }

    /// Another program of this installation: beside this one, or in `../libexec/nacre`.
    func program(_ name: String) throws -> String {
        guard let path = InstalledProgram.path(name) else {
            throw VerbError(.fault, InstalledProgram.absence(name))
        }
        return path
    }

    /// Asks the daemon one thing.
    func ask(_ request: ControlRequest) throws -> ControlAnswer {
        var client = try ControlClient(home)
        return try client.ask(request)
    }

    /// Writes a value as JSON, for programs.
    func writeJSON(_ value: some Encodable) throws {
        output.write(ArraySlice(try JSONText.encode(value, isPretty: true) + [UInt8(ascii: "\n")]))
    }

    /// Says something to the person, on standard error, whatever file names and commands are in it.
    func tell(_ line: String) {
        errors.write("nacre: \(TerminalText.visible(line, keepsLines: true))\n")
    }

    /// An absolute path for what somebody typed.
    func absolute(_ path: String) throws -> String {
        guard let path = Paths.absolute(path) else { throw VerbError(.fault, "the current folder has been removed") }
        return path
    }
}
