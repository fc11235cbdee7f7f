// SPDX-License-Identifier: Apache-2.0

/// Completion of command lines in a shell.
extension CommandDescription {
    /// A script that, read by the shell, completes verbs, options and paths of this program.
    ///
    /// It holds all words itself: completing starts no process.
    package func completionScript(for shell: CompletionShell) -> String {
        switch shell {
        case .bash: bashScript
        }
    }

    private var bashScript: String {
        var verbs = ["''"]
        var options: [String] = []
        var words: [String] = []
        var values: [String] = []
        for chain in chains() {
            let command = chain[chain.count - 1]
            let path = chain.map(\.name).joined(separator: " ")
            let known = chain.reversed().flatMap(\.options) + [.help]
            let next = command.subcommands.map(\.name)
            let word = next.isEmpty ? command.arguments.first?.kind ?? .text : .choice(next)
            if chain.count > 1 { verbs.append("'\(path)'") }
            options.append("        '\(path)') \(bashReply(.choice(known.map(\.spelling)))) ;;")
            words.append("        '\(path)') \(bashReply(word)) ;;")
            for option in known where option.valueName != nil {
                let spellings = [option.spelling] + (option.letter.map { ["-\($0)"] } ?? [])
                let patterns = spellings.map { "'\(path) \($0)'" }.joined(separator: " | ")
                values.append("        \(patterns)) \(bashReply(option.kind)); return ;;")
            }
        }
        return """
            # Completion of \(name) for bash: source <(\(name) completion bash)
            _\(name)_reply() {
                local line
                while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "$current")
            }
            _\(name)() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path='\(name)' index
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    case "$path ${COMP_WORDS[index]}" in
                        \(verbs.joined(separator: " | "))) path="$path ${COMP_WORDS[index]}" ;;
                    esac
                done
                case "$path $previous" in
            \(values.joined(separator: "\n"))
                esac
                if [[ $current == -* ]]; then
                    case "$path" in
            \(options.joined(separator: "\n"))
                    esac
                    return
                fi
                case "$path" in
            \(words.joined(separator: "\n"))
                esac
            }
            complete -F _\(name) \(name)

            """
    }

    /// The shell command that offers what a value can be.
    private func bashReply(_ kind: ValueKind) -> String {
        switch kind {
        case .text: ":"
        case .file: "_\(name)_reply -f"
        case .directory: "_\(name)_reply -d"
        case .choice(let words): "_\(name)_reply -W '\(words.joined(separator: " "))'"
        }
    }

    /// This command and all its verbs, each with the commands above it.
    private func chains(_ above: [CommandDescription] = []) -> [[CommandDescription]] {
        let chain = above + [self]
        return [chain] + subcommands.flatMap { $0.chains(chain) }
    }
}
