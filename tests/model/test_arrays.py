import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from model.arrays import frozen, grouped_min, grouped_sum, mix, reduce_rows, sparse

blocks = hnp.arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 5)), elements=st.floats(-1e3, 1e3))


def groups_of(rows, data):
    cuts = data.draw(st.sets(st.integers(1, rows - 1))) if rows > 1 else set()
    return np.array([0, *sorted(cuts)])


@given(blocks, st.data())
def test_grouped_sums_and_minima_are_those_of_each_group(values, data):
    start = groups_of(len(values), data)
    parts = np.split(values, start[1:])
    assert_allclose(grouped_sum(values, start), [part.sum(axis=0) for part in parts], rtol=1e-12, atol=1e-9)
    assert_array_equal(grouped_min(values, start), [part.min(axis=0) for part in parts])


@given(st.data(), st.integers(1, 6), st.integers(1, 6))
def test_reducing_rows_takes_the_stored_columns_only_and_fills_empty_rows(data, rows, columns):
    dense = data.draw(hnp.arrays(bool, (rows, columns)))
    values = data.draw(hnp.arrays(float, (columns, 3), elements=st.floats(-9, 9)))
    matrix = sparse(*np.nonzero(dense), np.ones(dense.sum()), dense.shape)
    expected = [values[row].max(axis=0) if row.any() else np.full(3, -7.0) for row in dense]
    assert_array_equal(reduce_rows(np.maximum, values, matrix, -7.0), expected)


@given(st.data())
def test_mixing_is_the_matrix_product_over_the_first_axis(data):
    weights = data.draw(hnp.arrays(float, (3, 4), elements=st.floats(-2, 2)))
    values = data.draw(hnp.arrays(float, (4, 2, 5), elements=st.floats(-9, 9)))
    rows, columns = np.nonzero(weights)
    mixed = mix(sparse(rows, columns, weights[rows, columns], weights.shape), values)
    assert_allclose(mixed, np.einsum("mn,npr->mpr", weights, values), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("block", [1, 7, 64, 100])
def test_sums_have_the_same_bits_in_a_block_of_any_size(block):
    rng = np.random.default_rng(5)
    values, weights = rng.normal(size=(60, 256)), rng.normal(size=(20, 60))
    matrix = sparse(*np.nonzero(weights), weights.ravel(), weights.shape)
    start = np.array([0, 3, 30, 31])
    part = np.ascontiguousarray(values[:, :block])
    assert_array_equal(mix(matrix, part), mix(matrix, values)[:, :block])
    assert_array_equal(grouped_sum(part, start), grouped_sum(values, start)[:, :block])


def test_duplicate_entries_add_up_and_columns_are_sorted():
    matrix = sparse([0, 0, 0], [2, 1, 2], [1.0, 5.0, 2.0], (1, 3))
    assert_array_equal(matrix.indices, [1, 2])
    assert_array_equal(matrix.data, [5.0, 3.0])


def test_a_frozen_array_is_a_copy_that_cannot_change():
    source = np.ones(3)
    copy = frozen(source)
    source[0] = 9.0
    assert_array_equal(copy, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        copy[0] = 2.0
