#pragma once
// std::visit with one lambda for each alternative.

namespace mulin::pos {

template <class... Fs>
struct Match : Fs... {
    using Fs::operator()...;
};

}  // namespace mulin::pos
