//! The rules of filing, one file each: facts and tables in, a typed verdict out.
