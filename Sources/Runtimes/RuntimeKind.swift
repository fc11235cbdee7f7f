// SPDX-License-Identifier: Apache-2.0

/// The runtimes that CodeBuild's images know, and where machines have them.
enum RuntimeKind: String, CaseIterable, Sendable {
    case docker
    case dotnet
    case golang
    case java
    case nodejs
    case php
    case python
    case ruby
    case rust

    /// The program that tells whether a folder holds the runtime.
    var program: String {
        switch self {
        case .docker: "docker"
        case .dotnet: "dotnet"
        case .golang: "go"
        case .java: "java"
        case .nodejs: "node"
        case .php: "php"
        case .python: "python3"
        case .ruby: "ruby"
        case .rust: "rustc"
        }
    }

    /// What the main program is called before its version, as in `python3.11` or `php8.2`.
    var programStem: String { self == .python ? "python" : program }

    /// Programs that belong to the main one and lie beside it.
    var companions: [String] {
        switch self {
        case .docker, .dotnet, .php, .python: []
        case .golang: ["gofmt"]
        case .java: ["javac", "jar", "javadoc", "jshell", "keytool"]
        case .nodejs: ["npm", "npx", "corepack"]
        case .ruby: ["gem", "bundle", "bundler", "irb", "rake", "erb"]
        case .rust: ["cargo", "rustdoc", "rustfmt", "clippy-driver", "cargo-clippy", "cargo-fmt"]
        }
    }

    /// How the main program is asked for its version.
    var versionArguments: [String] {
        switch self {
        case .golang: ["version"]
        case .java: ["-version"]
        default: ["--version"]
        }
    }

    /// Where installations lie side by side.
    ///
    /// * `root`: stands before the machine's own folders.
    /// * `environment`: tells the user's home and the managers' own variables.
    func installationFolders(root: String, _ environment: [String: String]) -> [InstallationFolder] {
        let home = environment["HOME"] ?? "/root"
        let place = { (variable: String, usual: String) in
            environment[variable].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/\(usual)"
        }
        let asdf = { (name: String, programs: String) in
            InstallationFolder(path: "\(place("ASDF_DATA_DIR", ".asdf"))/installs/\(name)", programs: programs)
        }
        let mise = { (name: String) in
            InstallationFolder(path: "\(place("MISE_DATA_DIR", ".local/share/mise"))/installs/\(name)")
        }
        switch self {
        case .python:
            return [
                InstallationFolder(path: "\(place("PYENV_ROOT", ".pyenv"))/versions", variable: "PYENV_VERSION"),
                asdf("python", "bin"), mise("python"),
                InstallationFolder(path: "\(root)/usr/local", prefix: "python"),
                InstallationFolder(path: "\(root)/opt", prefix: "python"),
                InstallationFolder(path: "\(root)/opt/python"),
            ]
        case .nodejs:
            return [
                InstallationFolder(path: "\(place("NVM_DIR", ".nvm"))/versions/node"),
                InstallationFolder(path: "\(place("NODENV_ROOT", ".nodenv"))/versions", variable: "NODENV_VERSION"),
                InstallationFolder(path: "\(environment["N_PREFIX"] ?? "\(root)/usr/local")/n/versions/node"),
                InstallationFolder(path: "\(place("VOLTA_HOME", ".volta"))/tools/image/node"),
                asdf("nodejs", "bin"), mise("node"),
            ]
        case .golang:
            return [
                InstallationFolder(path: "\(place("GOENV_ROOT", ".goenv"))/versions", variable: "GOENV_VERSION"),
                InstallationFolder(path: "\(home)/sdk", prefix: "go"), asdf("golang", "go/bin"), mise("go"),
                InstallationFolder(path: "\(root)/usr/lib", prefix: "go-"),
                InstallationFolder(path: "\(root)/usr/local", prefix: "go"),
            ]
        case .ruby:
            return [
                InstallationFolder(path: "\(place("RBENV_ROOT", ".rbenv"))/versions", variable: "RBENV_VERSION"),
                InstallationFolder(path: "\(place("rvm_path", ".rvm"))/rubies", prefix: "ruby-"),
                InstallationFolder(path: "\(root)/opt/rubies", prefix: "ruby-"),
                asdf("ruby", "bin"), mise("ruby"),
            ]
        case .php:
            return [
                InstallationFolder(path: "\(place("PHPENV_ROOT", ".phpenv"))/versions", variable: "PHPENV_VERSION"),
                asdf("php", "bin"), mise("php"),
            ]
        case .rust: return [asdf("rust", "bin"), mise("rust")]
        case .docker, .dotnet, .java: return []
        }
    }
}
