// SPDX-License-Identifier: Apache-2.0

@main
struct Nacre {
    static func main() {}
}
