"""Compile IR to machine code with llvmlite, which needs no C compiler on the user's machine.

Two alternatives were measured. Numba is as fast, but takes 45 s to compile this program and has no
vector exp. JAX is no faster than NumPy here, and its bits depend on the batch size.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable
from functools import cache

import llvmlite
import llvmlite.binding as llvm

SPEED_LEVEL = 2  # -O3 takes longer and gains nothing on straight-line code


@cache
def _target() -> llvm.Target:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple()


@cache
def processor() -> tuple[str, str]:
    """Return the processor's name and its features, in LLVM's terms."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def vector_lanes() -> int:
    """Return the number of doubles in a vector register of this processor: 2, 4 or 8."""
    features = llvm.get_host_cpu_features()
    return 8 if features.get("avx512f") else 4 if features.get("avx2") else 2


def compiler_id() -> str:
    """Return an identifier of compiler and processor, which machine code depends on beside IR."""
    version = ".".join(map(str, llvm.llvm_version_info))
    return "\n".join((llvmlite.__version__, version, llvm.get_process_triple(), *processor()))


def compile_object(text: str) -> bytes:
    """Return the object file of a module of IR."""
    machine = _target_machine()
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=SPEED_LEVEL)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return machine.emit_object(module)


def _target_machine():
    cpu, features = processor()
    return _target().create_target_machine(cpu=cpu, features=features, opt=SPEED_LEVEL, jit=True)


def check_executable() -> None:
    """Raise OSError if the system refuses executable memory, where LLVM would end the process."""
    if os.name != "posix":
        return
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    libc = ctypes.CDLL(None, use_errno=True)
    flags = mmap.PROT_READ | mmap.PROT_EXEC
    if libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), flags):
        raise OSError(ctypes.get_errno(), "this system allows no new machine code")


class MachineCode:
    """Machine code in memory, with functions by name."""

    def __init__(self, blob: bytes):
        empty = llvm.parse_assembly("")
        machine = _target().create_target_machine(opt=SPEED_LEVEL, jit=True)
        self._engine = llvm.create_mcjit_compiler(empty, machine)
        self._engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(blob))
        self._engine.finalize_object()

    def function(self, name: str, whole: str) -> Callable[..., None]:
        """Return a function. whole: one letter per argument, "i" for int64 and "p" for an address."""
        types = [ctypes.c_int64 if kind == "i" else ctypes.c_void_p for kind in whole]
        function = ctypes.CFUNCTYPE(None, *types)(self._engine.get_function_address(name))
        vars(function)["code"] = self  # keeps the code as long as any of its functions
        return function
