PATH=$PWD/bin:$PATH
export PATH
deactivate() { :; }
