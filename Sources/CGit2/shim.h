// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <git2.h>
