// SPDX-License-Identifier: Apache-2.0

@main
struct NacreHook {
    static func main() {}
}
