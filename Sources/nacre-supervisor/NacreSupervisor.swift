// SPDX-License-Identifier: Apache-2.0

@main
struct NacreSupervisor {
    static func main() {}
}
