// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The sandbox: what bubblewrap shows to a build, and what it takes away.
///
/// See `bwrap(1)`.
///
/// The system is there to be read. Everything else is decided here: homes, temporary folders and the sockets of the system's
/// services are replaced by empty folders, and of the homes only toolchains come back.
struct Bubblewrap {
    let surroundings: Surroundings
    /// The home of whoever has asked for the build.
    let userHome: String
    /// The user's `PATH`, as toolchains may lie beneath the home.
    let path: String
    let hasNetwork: Bool
    let isRoot: Bool
    /// Files of control groups that the supervisor inside puts its commands into.
    let joinable: [String]
    /// Whether a path exists, as the machine has it.
    let exists: (String) -> Bool

    /// Folders beneath a home that hold toolchains and no secrets.
    private static let toolchains = [
        ".asdf", ".bun", ".cargo/bin", ".conda", ".deno", ".dotnet", ".ghcup", ".goenv", ".jabba", ".jenv", ".julia",
        ".local/bin", ".local/lib", ".local/pipx", ".local/share/mise", ".local/share/pipx", ".local/share/pnpm",
        ".local/share/swiftly", ".local/share/uv", ".nodenv", ".nvm", ".opam", ".pyenv", ".rbenv", ".rustup", ".rvm",
        ".sdkman", ".swiftly", ".volta", "anaconda3", "go/bin", "mambaforge", "miniconda3", "miniforge3",
    ]
    /// What root keeps: users within the build (`run-as`) and their files, and nothing that reaches the machine.
    private static let capabilities = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
    ]
    private static let devices = [
        "/dev/dri", "/dev/kfd", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidiactl", "/dev/nvidia0",
        "/dev/nvidia1", "/dev/nvidia2", "/dev/nvidia3", "/dev/nvidia4", "/dev/nvidia5", "/dev/nvidia6", "/dev/nvidia7",
    ]

    /// Everything behind `bwrap`, the supervisor's own words included.
    func arguments() -> [String] {
        // The supervisor is process 1 of the sandbox: with its end the kernel kills what is left.
        var words = [
            "--die-with-parent", "--new-session", "--as-pid-1", "--unshare-ipc", "--unshare-pid", "--unshare-uts",
        ]
        if !hasNetwork { words.append("--unshare-net") }
        if isRoot {
            words += ["--cap-drop", "ALL"] + Self.capabilities.flatMap { ["--cap-add", $0] }
        } else {
            words.append("--unshare-user")
        }
        words += ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
        for file in joinable { words += ["--bind", file, file] }
        for device in Self.devices where exists(device) { words += ["--dev-bind", device, device] }
        for folder in ["/dev/shm", "/tmp", "/var/tmp"] where folder == "/dev/shm" || exists(folder) {
            words += ["--perms", "1777", "--tmpfs", folder]
        }
        for folder in hiddenFolders() { words += ["--tmpfs", folder] }
        for path in toolchainPaths() + surroundings.readable { words += ["--ro-bind", path, path] }
        // A working tree may hold Nacre's home, and never the other way round.
        let home = surroundings.nacreHome
        let within = home.map { home in surroundings.writable.filter { Self.isWithin($0, home) } } ?? []
        for path in surroundings.writable where !within.contains(path) { words += ["--bind", path, path] }
        if let home { words += ["--tmpfs", home] }
        for path in [surroundings.folder] + within { words += ["--bind", path, path] }
        for path in surroundings.kept { words += ["--ro-bind", path, path] }
        let executable = surroundings.executable
        words += ["--ro-bind", executable, executable]
        return words + ["--chdir", surroundings.folder, "--", executable, "--inside", surroundings.folder]
    }

    /// Folders that become empty.
    private func hiddenFolders() -> [String] {
        // Where they truly lie: a link itself hides nothing.
        var folders = ["/root", "/home"].filter(exists).map { Paths.real($0) ?? $0 }
        let own = Paths.real(userHome) ?? userHome
        // A user without a home is given the root.
        if own.hasPrefix("/"), own != "/", exists(own), !folders.contains(where: { Self.isWithin(own, $0) }) {
            folders.append(own)
        }
        // Sockets can be connected to on a read-only file system: those of docker, of D-Bus, of databases lie here.
        if exists("/run") { folders.append("/run") }
        return folders
    }

    /// What is to be seen again of the hidden folders.
    private func toolchainPaths() -> [String] {
        let hidden = hiddenFolders()
        let home = Paths.real(userHome) ?? userHome
        var paths = Self.toolchains.map { "\(home)/\($0)" }
        for entry in path.split(separator: ":").map({ Paths.real(String($0)) ?? String($0) })
        where hidden.contains(where: { Self.isWithin(entry, $0) }) {
            // A link tree such as `~/.pyenv/shims` is covered by its toolchain already.
            if !paths.contains(where: { Self.isWithin(entry, $0) }) { paths.append(entry) }
        }
        // The name server's file is often a link into /run.
        if let resolver = Paths.real("/etc/resolv.conf"), resolver.hasPrefix("/run/") { paths.append(resolver) }
        return paths.filter { path in path != home && exists(path) }
    }

    private static func isWithin(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    /// Why bubblewrap did not start, from what it has said.
    static func explain(_ errors: String) -> String {
        let line = errors.split(separator: "\n").last { $0.hasPrefix("bwrap: ") }.map { String($0.dropFirst(7)) }
        let text = line ?? errors.split(separator: "\n").last.map { String($0) } ?? "bwrap ended without a message"
        if text.contains("namespace") || text.contains("uid map") {
            return "the sandbox cannot be started, as this machine forbids user namespaces: \(text) "
                + "(see `sysctl kernel.unprivileged_userns_clone kernel.apparmor_restrict_unprivileged_userns`)"
        }
        return "the sandbox cannot be started: \(text)"
    }
}
