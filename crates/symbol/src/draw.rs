//! A symbol as artwork: crisp modules with a quiet zone, as a picture or as SVG. Prints with
//! defects are made elsewhere (`print.rs`).

use std::fmt::Write;

use super::matrix::Matrix;
use super::picture::Picture;

impl Matrix {
    /// Draws black modules of `module_px` pixels on white, with a quiet zone of `quiet` modules.
    ///
    /// # Panics
    /// When `module_px` is 0.
    pub fn draw(&self, module_px: usize, quiet: usize) -> Picture {
        assert!(module_px > 0, "a module has at least one pixel");
        let (rows, columns) = (self.size().rows(), self.size().columns());
        let width = (columns + 2 * quiet) * module_px;
        let height = (rows + 2 * quiet) * module_px;
        let mut grey = vec![255; width * height];
        for (at, value) in grey.iter_mut().enumerate() {
            let (row, column) = (at / width / module_px, at % width / module_px);
            let inside =
                (quiet..quiet + rows).contains(&row) && (quiet..quiet + columns).contains(&column);
            if inside && self.dark(row - quiet, column - quiet) {
                *value = 0;
            }
        }
        Picture::new(width, grey)
    }

    /// Draws as SVG, one user unit a module, runs of dark modules as one rectangle each.
    pub fn svg(&self, quiet: usize) -> String {
        let (rows, columns) = (self.size().rows(), self.size().columns());
        let (width, height) = (columns + 2 * quiet, rows + 2 * quiet);
        let mut path = String::new();
        for row in 0..rows {
            let mut column = 0;
            while column < columns {
                let run = (column..columns).take_while(|&at| self.dark(row, at)).count();
                if run > 0 {
                    let _ = write!(path, "M{},{}h{run}v1h-{run}z", column + quiet, row + quiet);
                }
                column += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{}\" height=\"{}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\
             <path d=\"{path}\" fill=\"#000\"/></svg>\n",
            width * 10,
            height * 10
        )
    }
}
