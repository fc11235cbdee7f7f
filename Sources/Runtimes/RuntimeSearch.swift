// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Looks for installations on a machine; nothing is run but programs on `PATH` that do not tell their version otherwise.
struct RuntimeSearch: Sendable {
    let root: String
    let environment: [String: String]

    /// All that is there of a runtime, in the order of the places; the same one only once.
    func installations(of kind: RuntimeKind) -> [RuntimeInstallation] {
        var result: [RuntimeInstallation] = []
        switch kind {
        case .java: result = javaInstallations()
        case .dotnet: result = dotnetInstallations()
        case .rust: result = rustInstallations()
        default: break
        }
        for folder in kind.installationFolders(root: root, environment) {
            result += installations(of: kind, in: folder)
        }
        if kind == .golang { result += goInstallation() }
        result += installationsOnPath(kind, known: Set(result.map { "\($0.folder)/\($0.program)" }))
        var seen: Set<String> = []
        return result.filter { seen.insert("\($0.folder)/\($0.program)/\($0.version)").inserted }
    }

    // MARK: - Version managers

    private func installations(of kind: RuntimeKind, in folder: InstallationFolder) -> [RuntimeInstallation] {
        children(of: folder.path).compactMap { name in
            guard name.lowercased().hasPrefix(folder.prefix) else { return nil }
            // `3.11` and `latest` may be links to `3.11.7`.
            let path = Paths.real("\(folder.path)/\(name)") ?? "\(folder.path)/\(name)"
            let programs = "\(path)/\(folder.programs)"
            guard let program = program(of: kind, in: programs) else { return nil }
            var own = Paths.name(path)[...]
            if own.lowercased().hasPrefix(folder.prefix) { own = own.dropFirst(folder.prefix.count) }
            if own.first == "-" { own = own.dropFirst() }
            guard let version = VersionNumber(own) else { return nil }
            return RuntimeInstallation(
                version: version,
                folder: programs,
                program: program,
                isShared: false,
                variables: folder.variable.map { [$0: Paths.name(path)] } ?? [:]
            )
        }
    }

    private func goInstallation() -> [RuntimeInstallation] {
        let home = "\(root)/usr/local/go"
        guard let bytes = try? AtomicFile.read("\(home)/VERSION", limit: 4096), isExecutable("\(home)/bin/go"),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first, line.hasPrefix("go"),
            let version = VersionNumber(line.dropFirst(2))
        else { return [] }
        return [RuntimeInstallation(version: version, folder: "\(home)/bin", program: "go", isShared: false)]
    }

    private func javaInstallations() -> [RuntimeInstallation] {
        let home = environment["HOME"] ?? "/root"
        let folders = [
            "\(root)/usr/lib/jvm", "\(environment["SDKMAN_DIR"] ?? "\(home)/.sdkman")/candidates/java",
            "\(environment["ASDF_DATA_DIR"] ?? "\(home)/.asdf")/installs/java",
            "\(environment["MISE_DATA_DIR"] ?? "\(home)/.local/share/mise")/installs/java", "\(root)/opt",
        ]
        var homes = folders.flatMap { folder in children(of: folder).map { "\(folder)/\($0)" } }
        if let given = environment["JAVA_HOME"] { homes.append(given) }
        homes += pathFolders.filter { isExecutable("\($0)/java") }.compactMap { folder in
            // …/bin/java, through `/etc/alternatives`.
            Paths.real("\(folder)/java").map { Paths.normalized("\($0)/../..") }
        }
        return homes.compactMap { home in
            guard isExecutable("\(home)/bin/java"), let home = Paths.real(home), let release = JavaRelease(home: home)
            else { return nil }
            return RuntimeInstallation(
                version: release.version,
                folder: "\(home)/bin",
                program: "java",
                isShared: false,
                variables: ["JAVA_HOME": home, "JDK_HOME": home],
                vendor: release.implementor,
                isWhole: isExecutable("\(home)/bin/javac")
            )
        }
    }

    private func dotnetInstallations() -> [RuntimeInstallation] {
        let home = environment["HOME"] ?? "/root"
        var roots = ["\(home)/.dotnet", "\(root)/usr/share/dotnet", "\(root)/usr/lib/dotnet", "\(root)/opt/dotnet"]
        if let given = environment["DOTNET_ROOT"] { roots.insert(given, at: 0) }
        roots += pathFolders.compactMap { Paths.real("\($0)/dotnet").map { Paths.normalized("\($0)/..") } }
        return roots.filter { isExecutable("\($0)/dotnet") }.flatMap { folder in
            children(of: "\(folder)/sdk").compactMap { name in
                VersionNumber(name).map {
                    RuntimeInstallation(
                        version: $0,
                        folder: folder,
                        program: "dotnet",
                        isShared: false,
                        variables: ["DOTNET_ROOT": folder]
                    )
                }
            }
        }
    }

    private func rustInstallations() -> [RuntimeInstallation] {
        let home = environment["RUSTUP_HOME"] ?? "\(environment["HOME"] ?? "/root")/.rustup"
        return children(of: "\(home)/toolchains").compactMap { name in
            let folder = "\(home)/toolchains/\(name)/bin"
            guard isExecutable("\(folder)/rustc") else { return nil }
            let channel = name.split(separator: "-").first.map(String.init) ?? name
            // `nightly` is before a release.
            guard !["nightly", "beta"].contains(channel),
                let version = VersionNumber(channel) ?? ToolVersion.ask("\(folder)/rustc", ["--version"], environment)
            else { return nil }
            return RuntimeInstallation(
                version: version,
                folder: folder,
                program: "rustc",
                isShared: false,
                variables: ["RUSTUP_TOOLCHAIN": name]
            )
        }
    }

    // MARK: - PATH

    /// The folders of `PATH`, without those of version managers' shims, which are no installations.
    private var pathFolders: [String] {
        (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter {
            $0.hasPrefix("/") && Paths.name($0) != "shims"
        }
    }

    private func installationsOnPath(_ kind: RuntimeKind, known: Set<String>) -> [RuntimeInstallation] {
        // A JDK without a `release` file and a dotnet without an SDK are of no use; rustup's own programs are shims.
        if kind == .java || kind == .dotnet { return [] }
        var result: [RuntimeInstallation] = []
        var seen: Set<String> = []
        for folder in pathFolders {
            for name in programs(of: kind, in: folder) {
                guard let real = Paths.real("\(folder)/\(name)"), !known.contains(real), seen.insert(real).inserted,
                    !["rustup", "pyenv"].contains(Paths.name(real)),
                    let version = ToolVersion.ask("\(folder)/\(name)", kind.versionArguments, environment)
                else { continue }
                result.append(RuntimeInstallation(version: version, folder: folder, program: name, isShared: true))
            }
        }
        return result
    }

    /// The main programs in a folder: `python3`, and `python3.11` beside it.
    private func programs(of kind: RuntimeKind, in folder: String) -> [String] {
        let stem = kind.programStem
        var names = [kind.program]
        if kind == .docker { names.append("podman") }
        if [.php, .python, .ruby].contains(kind) {
            names += children(of: folder).filter { name in
                name.hasPrefix(stem) && name != kind.program
                    && name.dropFirst(stem.count).allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
            }
        }
        return names.filter { isExecutable("\(folder)/\($0)") }
    }

    private func program(of kind: RuntimeKind, in folder: String) -> String? {
        if isExecutable("\(folder)/\(kind.program)") { return kind.program }
        // Python 2 has no `python3`.
        return isExecutable("\(folder)/\(kind.programStem)") ? kind.programStem : nil
    }

    private func children(of folder: String) -> [String] {
        ((try? DirectoryListing.names(of: folder)) ?? []).sorted()
    }

    private func isExecutable(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0 && !Folder.isFolder(path)
    }
}
