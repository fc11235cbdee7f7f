// SPDX-License-Identifier: Apache-2.0

/// Serves a bundle's `application.py` as Elastic Beanstalk's Python platform does.
enum PythonServer {
    /// A program for `python3 -c`.
    ///
    /// A module that defines `application` is served by WSGI: by gunicorn, with the platform's settings, where it is
    /// installed, else by the standard library. Any other is run as a script, which is to listen on `PORT` itself.
    static let program = """
        import ast, os, sys
        sys.path.insert(0, os.getcwd())
        port = int(os.environ["PORT"])
        with open("application.py", "rb") as file:
            tree = ast.parse(file.read(), "application.py")
        def names(node):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return [node.name]
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                return [alias.asname or alias.name for alias in node.names]
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                return [leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)]
            if isinstance(node, (ast.If, ast.Try, ast.With)):
                return [name for child in ast.iter_child_nodes(node) for name in names(child)]
            return []
        if not any("application" in names(node) for node in tree.body):
            import runpy
            sys.argv = ["application.py"]
            runpy.run_path("application.py", run_name="__main__")
            sys.exit(0)
        try:
            from gunicorn.app.wsgiapp import run
        except ImportError:
            run = None
        if run:
            sys.argv = ["gunicorn", "--bind", "127.0.0.1:%d" % port, "--workers=1", "--threads=15",
                        "application:application"]
            sys.exit(run())
        from socketserver import ThreadingMixIn
        from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
        class Server(ThreadingMixIn, WSGIServer):
            daemon_threads = True
            request_queue_size = 1024
        class Handler(WSGIRequestHandler):
            def address_string(self):
                return self.client_address[0]
        from application import application
        make_server("127.0.0.1", port, application, Server, Handler).serve_forever()
        """
}
