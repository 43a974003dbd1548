#include "app/cli.h"

int main(int argc, char** argv) { return auricle::app::main_of(argc, argv); }
