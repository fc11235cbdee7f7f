// SPDX-License-Identifier: Apache-2.0

internal import Builds

/// Any bytes are a dotenv file, or are refused at a line of it; in single quotes a value comes back.
struct DotenvTarget: FuzzTarget {
    let name = "dotenv"
    let seeds = [
        "# c\nexport A=1\nB='x y'\nC=\"a\\n\\\"$D\"  # c\nD=plain # comment\nE=\n\nF='two\nlines'\n",
        "\u{FEFF}A=b\r\nC=d\r\n",
    ].map { Array($0.utf8) }
    let words = ["export ", "A=", "=", "'", "\"", "\\", "#", " #", "\n", "\r\n", "A", "_", "9", "\\n", "$"]

    func check(_ input: [UInt8]) throws {
        let lines = input.count { $0 == 0x0A } + 1
        let found: [(variable: EnvironmentVariable, line: Int)]
        do throws(EnvironmentFileError) {
            found = try EnvironmentFile.readLines(input, file: "f")
        } catch {
            let parts = error.description.split(separator: ":")
            guard parts.count > 1, let line = Int(parts[1]), (1...lines).contains(line) else {
                throw FuzzFailure("the error names no line of \(lines): \(error.description)")
            }
            return
        }
        var last = 0
        for (variable, line) in found {
            try FuzzFailure.unless(line > last && line <= lines, "\(variable.name) is on line \(line) of \(lines)")
            last = line
            try FuzzFailure.unless(EnvironmentVariable.isValidName(variable.name), "\(variable.name) is no name")
            if variable.value.utf8.contains(UInt8(ascii: "'")) { continue }
            let again = try EnvironmentFile.read(Array("\(variable.name)='\(variable.value)'".utf8), file: "f")
            try FuzzFailure.unless(
                again.count == 1 && again[0].value.utf8.elementsEqual(variable.value.utf8),
                "\(variable.name) in quotes comes back as \(again)"
            )
        }
    }
}
