# SPDX-License-Identifier: GPL-2.0
#
# kunit.py --qemu_config: 32-bit arm with highmem. QEMU's machine has its RAM from
# 1 GB on; without LPAE, none of it may be beyond 4 GB. For LPAE, add
# --kconfig_add CONFIG_ARM_LPAE=y --qemu_args="-machine highmem=on -m 5120".

from ..qemu_config import QemuArchParams

QEMU_ARCH = QemuArchParams(linux_arch='arm',
			   kconfig='''
CONFIG_ARCH_VIRT=y
CONFIG_HIGHMEM=y
CONFIG_SMP=y
CONFIG_DEBUG_VM=y
CONFIG_DEBUG_VIRTUAL=y
CONFIG_KFENCE=y
CONFIG_CMA=y
CONFIG_DMA_CMA=y
CONFIG_SERIAL_AMBA_PL011=y
CONFIG_SERIAL_AMBA_PL011_CONSOLE=y
''',
			   qemu_arch='arm',
			   kernel_path='arch/arm/boot/zImage',
			   # In lowmem, CMA is an area at its linear addresses.
			   kernel_command_line='console=ttyAMA0 cma=16M@0x50000000',
			   extra_qemu_params=['-machine', 'virt,highmem=off',
					      '-cpu', 'cortex-a15',
					      '-m', '2048', '-smp', '2'])
