// SPDX-License-Identifier: Apache-2.0

/// The content type of an object whose putter does not tell.
enum ContentType {
    static let unknown = "binary/octet-stream"

    private static let types = [
        "aac": "audio/aac", "avif": "image/avif", "bin": "application/octet-stream", "bmp": "image/bmp",
        "bz2": "application/x-bzip2", "css": "text/css", "csv": "text/csv", "eot": "application/vnd.ms-fontobject",
        "gif": "image/gif", "gz": "application/gzip", "h5": "application/x-hdf5", "htm": "text/html",
        "html": "text/html", "ico": "image/x-icon", "ipynb": "application/x-ipynb+json", "jpeg": "image/jpeg",
        "jpg": "image/jpeg", "js": "text/javascript", "json": "application/json", "jsonl": "application/jsonl",
        "log": "text/plain", "map": "application/json", "md": "text/markdown", "mjs": "text/javascript",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "otf": "font/otf", "parquet": "application/vnd.apache.parquet",
        "pdf": "application/pdf", "png": "image/png", "py": "text/x-python", "sh": "application/x-sh",
        "svg": "image/svg+xml", "tar": "application/x-tar", "tgz": "application/gzip", "tiff": "image/tiff",
        "ts": "video/mp2t", "tsv": "text/tab-separated-values", "ttf": "font/ttf", "txt": "text/plain",
        "wasm": "application/wasm", "wav": "audio/wav", "webm": "video/webm", "webp": "image/webp",
        "woff": "font/woff", "woff2": "font/woff2", "xml": "text/xml", "yaml": "application/yaml",
        "yml": "application/yaml", "zip": "application/zip",
    ]

    /// By the extension of a key.
    static func of(_ key: String) -> String {
        guard let name = key.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return unknown }
        return types[name[name.index(after: dot)...].lowercased()] ?? unknown
    }
}
