# SPDX-License-Identifier: GPL-2.0
#
# kunit.py --qemu_config: as i386_highmem.py, with PAE. Nehalem is the oldest
# of QEMU's models that has NX and PAT without a warning about the rest. With
# DEBUG_VIRTUAL a __pa() of the wrong address is fatal: reports must not need it.
# There are guards between the slots of kmap_local_page(), and lockdep listens.
# Where HIGHMEM64G exists, there is RAM above 4 GB.

import os
from pathlib import Path

from ..qemu_config import QemuArchParams

CONFIGS = Path(__file__).resolve().parent.parent


def config(name):
    """The fragment of that name, for this base."""
    own = CONFIGS / os.environ.get('MM_LAYOUT_BASE', '') / (name + '.config')
    return (own if own.exists() else CONFIGS / (name + '.config')).read_text()


PAE = config('pae')

QEMU_ARCH = QemuArchParams(linux_arch='i386',
			   kconfig=config('guest') + PAE + config('kmap-local')
				   + config('debug_virtual') + config('lockdep'),
			   qemu_arch='i386',
			   kernel_path='arch/x86/boot/bzImage',
			   kernel_command_line='console=ttyS0 memmap=16M$512M',
			   extra_qemu_params=['-m', '8192' if 'HIGHMEM64G=y' in PAE
						   else '2048', '-smp', '2',
					      '-cpu', 'Nehalem'])
